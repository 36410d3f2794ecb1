"""Raw sockets, for what no HTTP library lets out."""

import contextlib
import socket
import ssl
import time
import urllib.parse


class Wire:
    """One connection."""

    def __init__(self, url: str, timeout: float = 30):
        parts = urllib.parse.urlsplit(url)
        self.host = parts.netloc
        port = parts.port or (443 if parts.scheme == "https" else 80)
        self.socket = socket.create_connection((parts.hostname, port), timeout=timeout)
        if parts.scheme == "https":
            self.socket = ssl.create_default_context().wrap_socket(self.socket, server_hostname=parts.hostname)

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def end(self) -> None:
        """Says that nothing more comes, and still listens."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def answer(self, within: float = 30) -> bytes:
        """Everything up to the end of the connection, of the first answer's headers, or of the time."""
        until, received = time.monotonic() + within, b""
        while (left := until - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                piece = self.socket.recv(65536)
            except OSError:
                return received
            received += piece
            if not piece or b"\r\n\r\n" in received:
                return received
        return received

    def closed(self, within: float) -> bool:
        """Whether the server closes the connection in this time."""
        until = time.monotonic() + within
        while (left := until - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                if not self.socket.recv(65536):
                    return True
            except TimeoutError:
                return False
            except OSError:
                return True
        return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


def status(answer: bytes) -> int | None:
    """The status code, or None where nothing or no HTTP came back."""
    line = answer.split(b"\r\n", 1)[0].split(b" ")
    return int(line[1]) if len(line) > 1 and line[0].startswith(b"HTTP/1") and line[1].isdigit() else None


def head(method: str, url: str, headers: dict) -> bytes:
    """A request up to the empty line."""
    parts = urllib.parse.urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = [f"{method} {path} HTTP/1.1"] + [f"{name}: {value}" for name, value in headers.items()]
    if "Host" not in headers:
        lines.insert(1, f"Host: {parts.netloc}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
