"""A process of uvicorn on a free port of this machine, and what it costs. Reads ``/proc``: Linux only."""

from __future__ import annotations

import os
import re
import subprocess
import time
import urllib.request
from pathlib import Path
from socket import socket
from urllib.error import HTTPError

from websockets.asyncio.client import ClientConnection, connect

HOST = "127.0.0.1"


class Server:
    def __init__(self, python: list[str], module: Path) -> None:
        """Serve the ``application`` of a module, with this command line of an interpreter."""
        with socket() as listener:
            listener.bind((HOST, 0))
            self.port = listener.getsockname()[1]
        command = ["uvicorn", f"{module.stem}:application", "--app-dir", str(module.parent)]
        address = ["--host", HOST, "--port", str(self.port), "--log-level", "warning"]
        self.process = subprocess.Popen([*python, "-m", *command, *address])
        deadline = time.monotonic() + 60
        while True:
            try:
                self.get("/counter/")
                return
            except OSError as error:
                # Other than a refused connection, an answer that is an error stays one.
                answered = isinstance(error, HTTPError)
                if answered or self.process.poll() is not None or time.monotonic() > deadline:
                    self.stop()
                    raise SystemExit(f"{module} does not start: {error}") from None
                time.sleep(0.05)

    @property
    def origin(self) -> str:
        return f"http://{HOST}:{self.port}"

    def get(self, path: str) -> tuple[str, str]:
        """The markup of a page, and the cookies that came with it."""
        with urllib.request.urlopen(self.origin + path, timeout=10) as response:
            cookies = response.headers.get_all("Set-Cookie") or []
            return response.read().decode(), "; ".join(c.partition(";")[0] for c in cookies)

    async def connect(self, path: str, cookies: str) -> ClientConnection:
        return await connect(
            f"ws://{HOST}:{self.port}{path}",
            origin=self.origin,  # type: ignore[arg-type]
            additional_headers={"Cookie": cookies},
            compression=None,
            ping_interval=None,
        )

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Resident kilobytes."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", text)
        assert found is not None
        return float(found[1])

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
