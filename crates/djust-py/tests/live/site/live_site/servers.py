"""Servers in processes of their own, and pages on them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

from live_site.sockets import ERROR, RENUMBERED, UPDATE

SITE = Path(__file__).resolve().parents[1]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def fetch(address: str) -> tuple[str, str]:
    """The text of a page and the cookies it sets."""
    with urllib.request.urlopen(address, timeout=10) as response:
        cookies = SimpleCookie()
        for line in response.headers.get_all("Set-Cookie") or ():
            cookies.load(line)
        text = response.read().decode()
    return text, "; ".join(f"{name}={one.value}" for name, one in cookies.items())


class Server:
    """The test project on a server of its own."""

    def __init__(
        self, kind: str, directory: Path, settings: str = "live_site.served", **environment: str
    ) -> None:
        self.port = free_port()
        application = "live_site.asgi:application"
        self._command = {
            "uvicorn": ["uvicorn", "--host", "127.0.0.1", "--port", str(self.port), application],
            "daphne": ["daphne", "-b", "127.0.0.1", "-p", str(self.port), application],
        }[kind]
        self._environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(SITE), os.environ.get("PYTHONPATH", "")]),
            "LIVE_SITE_CACHE": str(directory / "cache"),
            "DJANGO_SETTINGS_MODULE": settings,
            **environment,
        }
        self._log = directory / "log"
        self.start()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self._command],
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 30
        while True:
            try:
                self.get("/ordinary/")
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(self._log.read_text()) from None
                time.sleep(0.05)

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def get(self, path: str) -> tuple[str, str]:
        """The text of a page and the cookies it sets."""
        return fetch(self.origin + path)


def read_config(text: str) -> dict[str, Any]:
    start = text.index('id="djust-config">') + len('id="djust-config">')
    config: dict[str, Any] = json.loads(text[start : text.index("</script>", start)])
    return config


class Page:
    """A page and its socket, from an address."""

    def __init__(self, origin: str, path: str) -> None:
        self.origin = origin
        self.path = path
        text, self.cookies = fetch(origin + path)
        self.config = read_config(text)
        self.seq = 0

    async def connect(self, **changes: Any) -> Any:
        self.socket = await connect(
            self.origin.replace("http", "ws") + self.config["socket"],
            origin=self.origin,  # type: ignore[arg-type]
            additional_headers={"Cookie": self.cookies},
        )
        names = ("token", "csrf", "count", "sum")
        handshake = {name: self.config[name] for name in names}
        await self.send([0, {"v": 2, "seq": self.seq, "url": self.path, **handshake, **changes}])
        return await self.next()

    async def send(self, frame: list[Any]) -> None:
        await self.socket.send(json.dumps(frame))

    async def next(self) -> Any:
        frame = json.loads(await asyncio.wait_for(self.socket.recv(), 10))
        if frame[0] in (UPDATE, ERROR, RENUMBERED):
            self.seq = frame[1]
        return frame
