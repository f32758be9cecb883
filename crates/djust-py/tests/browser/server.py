"""A real server in a process of its own, and a wire to it that can be cut or made slow."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

HERE = Path(__file__).resolve().parent
DEMO = HERE.parents[3] / "examples" / "demo"
HOST = "127.0.0.1"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


class Server:
    """The demo and the probe views, on uvicorn or daphne, with a database and files of its own."""

    def __init__(
        self,
        directory: Path,
        kind: str = "uvicorn",
        *,
        options: tuple[str, ...] = (),
        ready: str = "/static/demo/icon.svg",
        **environment: str,
    ) -> None:
        self.kind = kind
        self._options = options
        self._ready = ready
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.log = directory / "server.log"
        self._environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "probe.settings",
            "DEMO_STATE_DIR": str(directory / "state"),
            "PYTHONPATH": os.pathsep.join(
                [str(DEMO), str(HERE / "site"), os.environ.get("PYTHONPATH", "")]
            ),
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None
        subprocess.run(
            [sys.executable, "-m", "django", "migrate", "--verbosity", "0"],
            env=self._environment,
            cwd=DEMO,
            check=True,
        )

    def start(self) -> None:
        application = "demo.asgi:application"
        commands = {
            "uvicorn": ["uvicorn", application, "--host", HOST, "--port", str(self.port)],
            "daphne": ["daphne", "-b", HOST, "-p", str(self.port), application],
        }
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *commands[self.kind], *self._options],
                env=self._environment,
                cwd=DEMO,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + 30
        while True:
            try:
                with urlopen(f"{self.url}{self._ready}", timeout=5):
                    return
            except (URLError, OSError):
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"no server:\n{self.log.read_text()}") from None
                time.sleep(0.05)

    def kill(self) -> None:
        """End the process as a power failure would: nothing is flushed, nobody is told."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


class Wire:
    """A TCP connection in between: `delay` seconds each way, `cut` drops what is open."""

    def __init__(self, target: int) -> None:
        self.delay = 0.0
        self.refusing = False
        self.target = target
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server((HOST, 0))
        self.url = f"http://{HOST}:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        with self._lock:
            for end in self._open:
                # The other side may have been faster.
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                if self.refusing:
                    raise ConnectionRefusedError
                server = socket.create_connection((HOST, self.target))
            except OSError:
                client.close()
                continue
            with self._lock:
                self._open |= {client, server}
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        """Copy bytes. Each piece leaves `delay` seconds after it came."""
        pieces: list[tuple[float, bytes]] = []
        arrived = threading.Condition()

        def send() -> None:
            while True:
                with arrived:
                    arrived.wait_for(lambda: pieces)
                    due, data = pieces.pop(0)
                time.sleep(max(0.0, due - time.monotonic()))
                try:
                    sink.sendall(data) if data else sink.shutdown(socket.SHUT_WR)
                except OSError:
                    return
                if not data:
                    return

        threading.Thread(target=send, daemon=True).start()
        data = b"-"
        while data:
            try:
                data = source.recv(65536)
            except OSError:
                data = b""
            with arrived:
                pieces.append((time.monotonic() + self.delay, data))
                arrived.notify()
        with self._lock:
            self._open.discard(source)
