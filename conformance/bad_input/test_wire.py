"""Requests that no HTTP library would send, over raw sockets."""

import gzip
import json
import time
import zlib

import pytest
from suite import samples
from suite.checks import fails
from suite.target import TAXII
from suite.wire import Wire, head, status

# How long a server may listen to a client that sends a byte a second.
SLOW_SECS = 90


def headers(collection, **more):
    return {"Accept": TAXII, "Content-Type": TAXII, **collection.target.login.header(), **more}


def body_of(each):
    return json.dumps({"objects": [each]}).encode()


def still_answers(collection):
    fails(collection.target.get(collection.root), 200)


@pytest.mark.must
@pytest.mark.parametrize("ends", (True, False), ids=("closed", "aborted"))
def test_cut_short(scratch, ends):
    """RFC 7230 3.4: a body shorter than its Content-Length is incomplete and MUST NOT be stored."""
    each = samples.indicator()
    body = body_of(each)
    # It is whole JSON already; only the length says that more was meant to come.
    with Wire(scratch.objects_url) as wire:
        wire.send(head("POST", scratch.objects_url, headers(scratch, **{"Content-Length": str(len(body) + 10)})) + body)
        if ends:
            wire.end()
            wire.answer(within=5)
        else:
            time.sleep(0.5)
    time.sleep(0.5)
    assert not scratch.holds(each), "an incomplete body was stored"
    still_answers(scratch)


@pytest.mark.should
def test_chunked(scratch):
    """RFC 7230 4.1: a chunked body is a body."""
    each = samples.indicator()
    pieces = iter([body_of(each)[:40], body_of(each)[40:]])
    answer = scratch.post(pieces)
    fails(answer, 202)
    scratch.complete(answer.json())
    assert scratch.has(each)


@pytest.mark.must
@pytest.mark.parametrize("chunk", (b"zz\r\nabc\r\n", b"-1\r\n", b"ffffffffffffffffff\r\nabc", b"5\r\nabc"), ids=("no_hex", "negative", "enormous", "short"))
def test_bad_chunks(scratch, chunk):
    """RFC 7230 4.1: malformed chunks are 400 or the end of the connection; the server goes on."""
    with Wire(scratch.objects_url) as wire:
        wire.send(head("POST", scratch.objects_url, headers(scratch, **{"Transfer-Encoding": "chunked"})) + chunk)
        wire.end()
        code = status(wire.answer(within=15))
    assert code is None or 400 <= code < 500, f"answered {code}"
    still_answers(scratch)


@pytest.mark.should
def test_chunked_and_cut_short(scratch):
    """RFC 7230 3.4: a chunked body without its last chunk is incomplete and is not stored."""
    each = samples.indicator()
    body = body_of(each)
    with Wire(scratch.objects_url) as wire:
        request = head("POST", scratch.objects_url, headers(scratch, **{"Transfer-Encoding": "chunked"}))
        wire.send(request + f"{len(body):x}\r\n".encode() + body + b"\r\n")
        wire.end()
        wire.answer(within=5)
    assert not scratch.holds(each), "an incomplete body was stored"


@pytest.mark.must
@pytest.mark.parametrize(
    "data",
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"hello\r\n\r\n", b"GET\r\n\r\n", b"\x00" * 1000, b"GET / HTTP/9.9\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnonsense"),
    ids=("tls", "word", "short", "zeros", "version", "http2_preface"),
)
def test_not_http(collection, data):
    """What is no HTTP is 400, or the end of the connection; the server goes on."""
    with Wire(collection.target.url) as wire:
        wire.send(data)
        wire.end()
        code = status(wire.answer(within=10))
    assert code is None or 400 <= code < 600, f"answered {code}"
    still_answers(collection)


@pytest.mark.must
@pytest.mark.parametrize("length", ("-1", "x", "1e3", "99999999999999999999", "+5", "0x10", ""))
def test_bad_content_length(collection, length):
    """RFC 7230 3.3.3: an invalid Content-Length is 400 (413 if too large), never an error of the server."""
    with Wire(collection.objects_url, timeout=10) as wire:
        wire.send(head("POST", collection.objects_url, headers(collection, **{"Content-Length": length})) + b"{}")
        wire.end()
        code = status(wire.answer(within=10))
    assert code is None or 400 <= code < 500, f"answered {code}"
    still_answers(collection)


@pytest.mark.should
def test_length_and_chunks(scratch):
    """RFC 7230 3.3.3: Content-Length beside Transfer-Encoding ought to be handled as an error; it is never two requests."""
    smuggled = head("DELETE", scratch.objects_url, headers(scratch))
    with Wire(scratch.objects_url) as wire:
        both = headers(scratch, **{"Content-Length": "5", "Transfer-Encoding": "chunked"})
        wire.send(head("POST", scratch.objects_url, both) + b"0\r\n\r\n" + smuggled)
        code = status(wire.answer(within=10))
    assert code is None or 400 <= code < 500, f"answered {code}"


@pytest.mark.should
def test_announced_too_large(collection):
    """4.2.1: a length above max_content_length is refused from the header alone; nobody has to send it."""
    with Wire(collection.objects_url) as wire:
        wire.send(head("POST", collection.objects_url, headers(collection, **{"Content-Length": str(1 << 40)})) + b"{")
        code = status(wire.answer(within=10))
    assert code in (400, 413), f"answered {code}"


@pytest.mark.should
def test_expect_continue(scratch):
    """RFC 7231 5.1.1: a client that waits for 100 (Continue) gets it, or a final answer."""
    each = samples.indicator()
    body = body_of(each)
    with Wire(scratch.objects_url) as wire:
        wire.send(head("POST", scratch.objects_url, headers(scratch, **{"Content-Length": str(len(body)), "Expect": "100-continue"})))
        first = status(wire.answer(within=10))
        assert first == 100 or (first is not None and first >= 400), f"answered {first}"
        if first == 100:
            wire.send(body)
            assert status(wire.answer(within=10)) == 202


@pytest.mark.must
@pytest.mark.parametrize("size", (100_000, 5_000_000))
def test_long_header(collection, size):
    """RFC 6585 5: a header too long is 431, 400 or the end of the connection."""
    with Wire(collection.target.url) as wire:
        try:
            wire.send(head("GET", collection.target.url, headers(collection, **{"X-Long": "x" * size})))
        except OSError:
            pass  # It hung up on us, which it may.
        code = status(wire.answer(within=10))
    assert code is None or code < 500, f"answered {code}"
    still_answers(collection)


@pytest.mark.must
def test_long_url(collection):
    """RFC 7230 3.1.1: a target too long is 414, 400 or the end of the connection."""
    with Wire(collection.target.url) as wire:
        try:
            wire.send(head("GET", collection.objects_url + "?match[id]=" + "x" * 3_000_000, headers(collection)))
        except OSError:
            pass  # It hung up on us, which it may.
        code = status(wire.answer(within=10))
    assert code is None or code < 500, f"answered {code}"
    still_answers(collection)


@pytest.mark.should
def test_without_host(collection):
    """RFC 7230 5.4: a request of HTTP/1.1 without Host MUST be answered 400."""
    with Wire(collection.target.url) as wire:
        wire.send(b"GET /taxii2/ HTTP/1.1\r\nAccept: application/taxii+json\r\n\r\n")
        assert status(wire.answer(within=10)) == 400


@pytest.mark.should
@pytest.mark.parametrize("host", ("a\r\nHost: b", "a b", "me@a", "a/x", "a:x"), ids=("two", "blank", "user", "path", "port"))
def test_bad_host(collection, host):
    """RFC 7230 5.4: more than one Host, or one that is no host, MUST be answered 400: a proxy may have thought of another."""
    with Wire(collection.target.url) as wire:
        wire.send(head("GET", collection.target.url, headers(collection, Host=host)))
        assert status(wire.answer(within=10)) == 400


@pytest.mark.should
def test_one_request_after_another(collection):
    """RFC 7230 6.3.2: requests sent without waiting are answered in their order."""
    urls = (collection.target.url, collection.url, collection.objects_url + "no-such-object/")
    with Wire(collection.target.url) as wire:
        last = {"Connection": "close"}
        wire.send(b"".join(head("GET", url, headers(collection, **(last if url == urls[-1] else {}))) for url in urls))
        received = b""
        while piece := wire.answer(within=10):
            received += piece
    codes = [int(line[9:12]) for line in received.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
    # The next answer may begin right behind a body.
    codes += [int(each[:3]) for each in received.split(b"}HTTP/1.1 ")[1:]]
    assert sorted(codes) == [200, 200, 404], codes


@pytest.mark.should
def test_http_1_0(collection):
    """RFC 7230 2.6: a client of HTTP/1.0 without Host is answered, and the connection ends."""
    request = head("GET", collection.target.url, headers(collection)).replace(b" HTTP/1.1\r\n", b" HTTP/1.0\r\n")
    with Wire(collection.target.url) as wire:
        wire.send(b"".join(line for line in request.splitlines(keepends=True) if not line.startswith(b"Host")))
        assert status(wire.answer(within=10)) == 200
        assert wire.closed(within=10)


@pytest.mark.must
@pytest.mark.parametrize("layers", (1, 2))
def test_bomb(scratch, layers):
    """A body that unpacks to a gigabyte is 413, or its coding is not taken; the server goes on."""
    packed = zlib.compressobj(9, wbits=31)
    body = packed.compress(b'{"objects": [') + b"".join(packed.compress(b" " * (1 << 20)) for _ in range(1 << 10)) + packed.flush()
    body = gzip.compress(body) if layers == 2 else body
    coding = ", ".join(["gzip"] * layers)
    try:
        answer = scratch.post(body, headers={"Content-Encoding": coding})
    except OSError:
        answer = None  # It hung up on us, which it may.
    still_answers(scratch)
    if answer is not None:
        fails(answer, 400, 413, 415, 422)


@pytest.mark.should
def test_nothing_in_gzip(scratch):
    """An empty body is an empty body (400 or 422), whatever it is said to be encoded as; or the coding is not known at all."""
    known = scratch.post(gzip.compress(body_of(samples.indicator())), headers={"Content-Encoding": "gzip"}).status_code == 202
    fails(scratch.post(b"", headers={"Content-Encoding": "gzip"}), 400, 422, *(() if known else (415,)))


@pytest.mark.should
@pytest.mark.parametrize("count", (200, 600))
def test_many_connections(collection, count):
    """Connections on which nothing is asked keep nobody else from an answer."""
    wires = []
    try:
        for _ in range(count):
            try:
                wires.append(Wire(collection.target.url, timeout=5))
            except OSError:
                break  # It takes no more of them, which it may.
        began = time.monotonic()
        still_answers(collection)
        assert time.monotonic() - began < 20
    finally:
        for wire in wires:
            wire.socket.close()


@pytest.mark.slow
@pytest.mark.should
@pytest.mark.parametrize("part", ("header", "body"))
def test_byte_a_second(collection, part):
    """A client that sends a byte a second is cut off within a minute and a half."""
    whole = head("POST", collection.objects_url, headers(collection, **{"Content-Length": "100000"}))
    with Wire(collection.objects_url) as wire:
        if part == "body":
            wire.send(whole)
        until = time.monotonic() + SLOW_SECS
        drip = iter(whole if part == "header" else b"{" + b" " * 100_000)
        while time.monotonic() < until:
            try:
                wire.send(bytes([next(drip)]))
            except OSError:
                return
            if wire.closed(within=1):
                return
    raise AssertionError(f"the connection was still open after {SLOW_SECS} s")


@pytest.mark.should
def test_slow_clients_hold_nobody_up(collection):
    """30 clients that say half a request and wait keep nobody else from an answer."""
    wires = [Wire(collection.objects_url) for _ in range(30)]
    try:
        for wire in wires:
            wire.send(head("POST", collection.objects_url, headers(collection, **{"Content-Length": "100"})) + b"{")
        began = time.monotonic()
        still_answers(collection)
        assert time.monotonic() - began < 5
    finally:
        for wire in wires:
            wire.socket.close()
