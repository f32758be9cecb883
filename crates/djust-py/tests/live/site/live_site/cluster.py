"""A real Redis, and several servers behind one address."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

from live_site.servers import Server, free_port

HOST = "127.0.0.1"


class Redis:
    """A Redis that keeps nothing on disk: after a restart it is empty."""

    def __init__(self, directory: Path) -> None:
        program = shutil.which("redis-server")
        assert program, "redis-server is missing: `make test` installs it, see scripts/find-redis"
        self.port = free_port()
        self.url = f"redis://{HOST}:{self.port}"
        options = {
            "port": self.port,
            "bind": HOST,
            "dir": directory,
            "save": "",
            "appendonly": "no",
        }
        words = itertools.chain.from_iterable(
            (f"--{key}", str(value)) for key, value in options.items()
        )
        self._command = [program, *words]
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while True:
            with contextlib.suppress(OSError), socket.create_connection((HOST, self.port), 5):
                return
            assert self._process.poll() is None and time.monotonic() < deadline, "no Redis"
            time.sleep(0.02)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


class Balancer:
    """One address in front of several servers; each new connection goes to the next that is there."""

    def __init__(self, servers: list[Server]) -> None:
        self.port = free_port()
        self.origin = f"http://{HOST}:{self.port}"
        self._turns = itertools.cycle(servers)
        self._count = len(servers)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        started = threading.Event()
        self._loop.call_soon(started.set)
        self._server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, HOST, self.port)
        )
        self._thread.start()
        started.wait(10)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        self._loop.run_forever()
        self._server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(self._count):
            with contextlib.suppress(OSError):
                back, forth = await asyncio.open_connection(HOST, next(self._turns).port)
                await asyncio.gather(_carry(reader, forth), _carry(back, writer))
                return
        writer.close()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.close()
