"""One socket of one live page, whatever carries it.

A connection takes text frames in and gives text frames out. It knows nothing of WebSockets: the consumer is a thin shell
over it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from .. import _djust
from ..conf import djust_settings
from ..exceptions import PageRefused
from .answers import refuse
from .bucket import Bucket
from .failures import logger
from .handshake import Reached, Visitor, connect, resume_mode
from .once import is_doubtful
from .own_events import event_turn
from .registry import registry
from .resting import Rest
from .session import LiveSession
from .tasks import spawn
from .turns import (
    CheckTurn,
    Hop,
    PushTurn,
    RenderTurn,
    ResyncTurn,
    TickTurn,
    Turn,
)
from .worker import begin_work, enqueue

CONNECT, EVENT, ACK, PING, RESYNC = range(5)

Send = Callable[[str], Awaitable[None]]
Close = Callable[[], Coroutine[Any, Any, None]]

# A client that neither acknowledges nor stops sending is given up at so many times the events that may wait.
_MOST_KEPT = 4
# Django says that a session ends before it has ended.
_SUSPICION_SECONDS = 0.3
# A page may be numbered anew so many times in a row; then one more each second.
_RESYNCS = 5


class Connection:
    """Reads the frames of a client, queues what they ask for and sends the answers.

    Invariants: nothing is queued before the handshake is done; frames of a connection that was replaced are ignored.
    """

    def __init__(
        self, scope: dict[str, Any], send: Send, close: Close, hop: Hop, *, ticks: bool = True
    ) -> None:
        self.visitor = Visitor(scope)
        self.session: LiveSession | None = None
        self.is_open = True
        self._send_text = send
        self._close = close
        self._hop = hop
        self._ticks = ticks
        self._loop = asyncio.get_running_loop()
        settings = djust_settings()
        self._most_bytes = settings.MESSAGE_BYTES
        self._most_pending = settings.PENDING_EVENTS
        self._idle_seconds = settings.IDLE_CHECK_SECONDS
        self._frames = Bucket(settings.FRAMES_PER_SECOND, 3)
        self._resyncs = Bucket(1, _RESYNCS)
        self._ticker: asyncio.Task[None] | None = None
        self._next_check: asyncio.TimerHandle | None = None
        self._rest: Rest | None = None

    async def receive(self, text: str) -> None:
        """Take in one frame. It never raises on account of what the client sent."""
        if not self.is_open:
            return
        try:
            frame = _djust.decode_client_frame(text, message_bytes=self._most_bytes)
        except _djust.FrameError as error:
            await self._refuse_frame(error)
            return
        kind = frame[0]
        if self.session is None:
            if kind != CONNECT:
                await self.end("bad-frame", "The first frame must be the handshake.")
            else:
                await self._connect(frame[1])
        elif kind == EVENT:
            await self._take_event(*frame[1:])
        elif kind == PING:
            await self._send_text(_djust.PONG)
        elif kind == ACK:
            self._acknowledge(frame[1])
        elif kind == RESYNC:
            await self._take_resync(*frame[1:])
        else:
            await self.end("bad-frame", "The handshake was made already.")

    async def end(self, code: str, message: str, *, reload: bool = False) -> None:
        """Say why, and close."""
        if self.is_open:
            self.is_open = False
            await self._send_text(_djust.encode_close(code, message, reload))
            await self._close()
        await self.lost()

    def give_up(self, message: str) -> None:
        """Close a socket that does not do its part."""
        spawn(self.end("bad-frame", message))

    async def lost(self) -> None:
        """The socket is gone. The page waits a while for another one."""
        self.is_open = False
        self._stop_timers()
        session, self.session = self.session, None
        if session is not None and session.connection is self:
            session.connection = None
            if self._rest is not None:
                self._rest.end()
                self._rest = None
            registry.wait(session, djust_settings().RESUME_SECONDS)

    async def submit(self, turn: Turn) -> None:
        """Queue a turn, and work the queue off unless that is being done."""
        session = self.session
        if session is None:
            return
        self._queue(session, turn)

    def push(self, values: dict[str, Any]) -> None:
        """Queue values from outside the view; may be called in any thread."""
        self._loop.call_soon_threadsafe(self._push, values)

    def suspect(self) -> None:
        """Ask soon whether the visitor is still there; may be called in any thread."""
        self.visitor.doubt()
        self._loop.call_soon_threadsafe(self._check_in, _SUSPICION_SECONDS)

    def disturb(self, turn: Turn) -> None:
        """Something happens to the page."""
        # The question whether the visitor is still there changes nothing.
        if self._rest is not None and not isinstance(turn, CheckTurn):
            self._rest.disturb()

    def _check_in(self, seconds: float) -> None:
        if self.session is None:
            return
        if self._next_check is not None:
            self._next_check.cancel()
        self._next_check = self._loop.call_later(seconds, self._check)

    def _check(self) -> None:
        session = self.session
        if session is None:
            return
        self.visitor.doubt()
        self._queue(session, CheckTurn())
        if self._idle_seconds:
            self._check_in(self._idle_seconds)

    def _stop_timers(self) -> None:
        if self._ticker is not None:
            self._ticker.cancel()
            self._ticker = None
        if self._next_check is not None:
            self._next_check.cancel()
            self._next_check = None
        if self._rest is not None:
            self._rest.stop()

    def _push(self, values: dict[str, Any]) -> None:
        if self.session is not None:
            self._queue(self.session, PushTurn(values))

    def _queue(self, session: LiveSession, turn: Turn) -> None:
        enqueue(session, turn, self._hop)

    async def _connect(self, handshake: dict[str, Any]) -> None:
        try:
            reached = await self._hop(connect, self.visitor, handshake)
        except PageRefused as refusal:
            logger.info("socket refused: %s", refusal)
            await self.end(refusal.code, "The page must be loaded again.", reload=refusal.reload)
            return
        except Exception:
            logger.exception("the handshake of a socket failed")
            await self.end("internal", "Something went wrong.")
            return
        if self.is_open:
            await self._adopt(reached, handshake)
        elif not reached.session.is_connected:
            registry.wait(reached.session, djust_settings().RESUME_SECONDS)

    async def _adopt(self, reached: Reached, handshake: dict[str, Any]) -> None:
        session: LiveSession = reached.session
        for former in (registry.get(session.id), session):
            if former is not None and former.connection is not None:
                former.connection.replace()
        if registry.connections_of(session) >= djust_settings().CONNECTIONS_PER_SESSION:
            registry.wait(session, djust_settings().RESUME_SECONDS)
            await self.end("too-many", "Too many pages are open.")
            return
        registry.hold(session)
        self.session = session
        session.connection = self
        self._rest = Rest(session, self._loop)
        self._rest.disturb()
        mode = resume_mode(reached, handshake)
        frames = session.outbox.after(handshake["seq"]) if mode == "continue" else []
        if mode == "continue":
            session.acknowledge(handshake["seq"])
        else:
            session.temporary.lose_place(session)
            session.void(handshake["seq"])
        last = session.received
        await self._send_text(
            _djust.encode_connected(
                session.outbox.seq,
                last,
                mode,
                message_bytes=self._most_bytes,
                pending_events=self._most_pending,
            )
        )
        await self.send_frames(frames)
        if session.lost_events:
            session.lost_events = False
            message = "The server stopped: what was done last may be missing here."
            await self.send_frames(refuse(session, 0, "interrupted", message))
        interval = session.view.tick_interval
        if interval and self._ticks:
            self._ticker = spawn(self._tick(interval / 1000))
        if self._idle_seconds and (session.binding.user or session.binding.session):
            self._check_in(self._idle_seconds)
        await self._catch_up(session, mode)

    async def _catch_up(self, session: LiveSession, mode: str) -> None:
        begin_work(session, self._hop)
        missed = session.take_missed()
        if missed:
            await self.submit(PushTurn(missed))
        elif mode == "continue" and (session.deferred or session.effects.waiting):
            # In the other case the answer to the resync contains them.
            await self.submit(RenderTurn())

    async def _take_event(
        self, event: int, ack: int, handler: str, parameters: dict[str, Any], fields: Any
    ) -> None:
        session = self.session
        assert session is not None
        self._acknowledge(ack)
        if event <= session.received:
            # It was taken in over an earlier socket: its answer was sent, or comes in its turn.
            return
        session.received = event
        if is_doubtful(session, event, handler):
            message = "It is not known whether this was done: the server stopped in between."
            await self.send_frames(refuse(session, event, "interrupted", message))
        elif not self._frames.take():
            await self.send_frames(
                refuse(session, event, "rate-limited", "Too many actions at once.")
            )
        elif len(session.turns) >= self._most_pending:
            await self.send_frames(
                refuse(session, event, "too-many", "Too many actions are waiting.")
            )
        elif len(session.outbox.kept) + len(session.deferred) > (_MOST_KEPT * self._most_pending):
            await self.end("too-many", "The client does not acknowledge what it gets.", reload=True)
        else:
            await self.submit(event_turn(event, handler, parameters, fields))

    async def _take_resync(
        self, ack: int, html: str, count: int | None, checksum: int | None
    ) -> None:
        if self.session is not None:
            self.session.temporary.lose_place(self.session)
        self._acknowledge(ack)
        if self._resyncs.take():
            await self.submit(ResyncTurn(html, count, checksum))
        else:
            await self.end("rate-limited", "The page does not stay in step.", reload=True)

    async def _refuse_frame(self, error: Any) -> None:
        """A frame that cannot be read. When it was an event, the page learns that this one is not handled."""
        session = self.session
        if session is None or not error.event or error.event <= session.received:
            await self.end(error.code, error.message)
            return
        session.received = error.event
        await self.send_frames(refuse(session, error.event, error.code, error.message))

    def _acknowledge(self, seq: int) -> None:
        session = self.session
        assert session is not None
        session.acknowledge(seq)
        if session.deferred and not session.outbox.is_full and not session.running:
            self._queue(session, RenderTurn())

    async def _tick(self, seconds: float) -> None:
        """Queue a tick at each interval; one that has not run yet is not queued twice."""
        while True:
            await asyncio.sleep(seconds)
            session = self.session
            if session is None:
                return
            if not any(isinstance(turn, TickTurn) for turn in session.turns):
                await self.submit(TickTurn())

    async def send_frames(self, frames: list[str]) -> None:
        for frame in frames:
            if not self.is_open:
                return
            await self._send_text(frame)

    def replace(self) -> None:
        """The page came back on another socket; this one is dead, even if nobody has noticed."""
        self.is_open = False
        self._stop_timers()
        self.session = None
        spawn(self._close())
