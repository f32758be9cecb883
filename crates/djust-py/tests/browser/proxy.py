"""What a web server in front does that serves a site below a prefix: it takes the prefix off and passes the rest on."""

from __future__ import annotations

import contextlib
import socket
import threading

HOST = "127.0.0.1"
_LONGEST_HEAD = 65_536


class StrippingProxy:
    """Passes requests below ``prefix`` on without it, and answers 404 to all others."""

    def __init__(self, prefix: str, target: int) -> None:
        self.prefix = prefix.encode()
        self.target = target
        self._listener = socket.create_server((HOST, 0))
        self.url = f"http://{HOST}:{self._listener.getsockname()[1]}{prefix}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:
            head, _, body = self._head(client).partition(b"\r\n\r\n")
            line, *fields = head.split(b"\r\n")
            method, path, version = line.split(b" ")
            if not path.startswith(self.prefix + b"/"):
                client.sendall(
                    b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                )
                return
            if not any(field.lower() == b"upgrade: websocket" for field in fields):
                # One request for each connection: only the first head is read.
                fields = [field for field in fields if not field.lower().startswith(b"connection:")]
                fields.append(b"connection: close")
            line = b" ".join([method, path.removeprefix(self.prefix), version])
            with socket.create_connection((HOST, self.target)) as server:
                server.sendall(b"\r\n".join([line, *fields, b"", body]))
                up = threading.Thread(target=_copy, args=(client, server), daemon=True)
                up.start()
                _copy(server, client)
                up.join()

    def _head(self, client: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data and len(data) < _LONGEST_HEAD:
            piece = client.recv(65_536)
            if not piece:
                raise ConnectionError
            data += piece
        return data


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
