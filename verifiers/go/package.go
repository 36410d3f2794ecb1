package main

// Packages: the packed items of one entry bundle in one zstd frame (FORMATS §2).

import (
	"encoding/binary"

	"github.com/klauspost/compress/zstd"
)

const (
	packageUnpackedBytesMax  = 64 << 20
	packageContentBytesMax   = 16 << 20
	packageOneContentByteMax = 1 << 20
)

type packed struct {
	opening
	content []byte // nil when it is not here
}

// readPackage unpacks a package of count items.
func readPackage(raw []byte, count int, name string) []packed {
	need(isOneFrame(raw), "%s is not a zstd frame", name)
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(packageUnpackedBytesMax))
	need(err == nil, "zstd: %v", err)
	defer decoder.Close()
	unpacked, err := decoder.DecodeAll(raw, nil)
	need(err != zstd.ErrDecoderSizeExceeded, "%s unpacks to more than %d bytes", name, packageUnpackedBytesMax)
	need(err == nil, "%s is not a zstd frame", name)

	r, items, total := &reader{unpacked, name}, make([]packed, count), 0
	for i := range items {
		items[i].opening, items[i].content = packedItem(r)
		size := len(items[i].content)
		total += size
		need(size <= packageOneContentByteMax, "%s has a content of %d bytes, the limit is %d", name, size, packageOneContentByteMax)
	}
	r.end()
	need(total <= packageContentBytesMax, "%s has %d bytes of contents, the limit is %d", name, total, packageContentBytesMax)
	return items
}

// isOneFrame walks the blocks of a frame (RFC 8878 §3.1.1) and says whether it ends where raw ends; the
// decoder itself would read on into a second frame.
func isOneFrame(raw []byte) bool {
	if len(raw) < 5 || binary.LittleEndian.Uint32(raw) != 0xfd2fb528 {
		return false
	}
	descriptor := raw[4]
	single := descriptor >> 5 & 1
	sizeBytes := []int{int(single), 2, 4, 8}[descriptor>>6]
	at := 5 + int(1-single) + []int{0, 1, 2, 4}[descriptor&3] + sizeBytes
	for last := false; !last; {
		if len(raw) < at+3 {
			return false
		}
		block := int(raw[at]) | int(raw[at+1])<<8 | int(raw[at+2])<<16
		last = block&1 == 1
		at += 3
		if block>>1&3 == 1 {
			at++ // a run: one byte, repeated
		} else {
			at += block >> 3
		}
	}
	return len(raw) == at+4*int(descriptor>>2&1)
}
