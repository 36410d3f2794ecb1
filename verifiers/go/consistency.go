package main

// `consistency`: two sizes of one log in a bundle, from its tiles alone (RFC 6962 §2.1.2).

import (
	"fmt"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
)

// bundleTiles is a tlog.TileReader over the tiles of one log.
type bundleTiles struct {
	*bundle
	log string
}

func (b bundleTiles) Height() int { return tileHeight }

func (b bundleTiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(tiles))
	for i, t := range tiles {
		path := tilePath(t)
		tile := b.file("tile/" + b.log + "/" + path)
		need(len(tile) == tlog.HashSize*t.W, "tile %s is %d bytes, %d are needed", path, len(tile), tlog.HashSize*t.W)
		out[i] = tile
	}
	return out, nil
}

func (b bundleTiles) SaveTiles([]tlog.Tile, [][]byte) {}

func verifyConsistency(a arguments, p *policy) any {
	b, log := readBundle(a.file), a.flags["log"]
	older, newer := a.size("old"), a.size("new")
	c := b.checkpoint(log, p)
	need(newer <= c.size, "size %d is beyond the checkpoint at %d", newer, c.size)
	hashes := tlog.TileHashReader(tlog.Tree{N: c.size, Hash: c.root}, bundleTiles{b, log})
	checkEveryTile(hashes, c.size)

	roots := map[int64]tlog.Hash{}
	for _, size := range []int64{older, newer} {
		root, err := tlog.TreeHash(size, hashes)
		need(err == nil, "tiles do not lead to the root: %v", err)
		roots[size] = root
	}
	proof, err := tlog.ProveTree(newer, older, hashes)
	need(err == nil, "tiles do not lead to the root: %v", err)
	err = tlog.CheckTree(proof, newer, roots[newer], older, roots[older])
	need(err == nil, "consistency proof does not hold")

	receipts, lines := list{}, list{}
	for _, size := range []int64{older, newer} {
		raw, there := b.files[fmt.Sprintf("receipt/%s/%d", log, size)]
		if !there || len(receipts) == 1 && receipts[0] == size {
			continue
		}
		r := p.open(raw, false)
		need(r.origin == c.origin, "receipt %d is of another log", size)
		need(r.size == size, "receipt %d is of size %s", size, strconv.FormatInt(r.size, 10))
		need(r.root == roots[size], "receipt %d has another root than the tiles make", size)
		receipts = append(receipts, size)
	}
	for _, hash := range proof {
		lines = append(lines, b64(hash[:]))
	}
	oldRoot, newRoot := roots[older], roots[newer]
	return object{
		"proved": "consistency", "log": c.origin, "old": older, "old_root": b64(oldRoot[:]),
		"new": newer, "new_root": b64(newRoot[:]), "proof": lines, "receipts": receipts,
	}
}

// checkEveryTile reads every leaf hash, and with it every tile, through the reader that binds each tile to the
// signed root; x/mod by itself would look only at the tiles that the proof needs.
func checkEveryTile(hashes tlog.HashReader, size int64) {
	for start := int64(0); start < size; start += 1 << tileHeight {
		var indexes []int64
		for i := start; i < min(size, start+1<<tileHeight); i++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, i))
		}
		_, err := hashes.ReadHashes(indexes)
		need(err == nil, "tiles do not lead to the root: %v", err)
	}
}
