"""Messages between the processes of a project, over the channel layer.

All processes listen to one group, and each looks for the pages that a message concerns among its own: what a page needs is
found where the page is, and opening a page costs the layer nothing. Messages are signed, so that whoever can write to the
layer can neither forge nor change one.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.core import signing

from .exceptions import StateError
from .runtime.failures import logger
from .store import codec

_GROUP = "djust"
_TYPE = "djust.message"
_SALT = "djust.layer"
# Tells our own messages from those of other processes.
_PROCESS = uuid.uuid4().hex
# A layer that has forgotten us, because it was restarted, learns of us again after so many seconds.
_RENEWAL = 5.0
_LONGEST_PAUSE = 5.0

Receiver = Callable[..., None]
_receivers: dict[str, Receiver] = {}
_sending: set[asyncio.Task[None]] = set()
_listening: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Task[None]] = WeakKeyDictionary()


def receives(kind: str) -> Callable[[Receiver], Receiver]:
    """Let a function receive the messages of a kind from other processes."""

    def register(receiver: Receiver) -> Receiver:
        _receivers[kind] = receiver
        return receiver

    return register


def leaves_process() -> bool:
    """Whether there is a channel layer that reaches other processes."""
    layer = get_channel_layer()
    return layer is not None and not isinstance(layer, InMemoryChannelLayer)


def send(kind: str, *arguments: Any) -> None:
    """Tell the other processes, if there are any. In a coroutine it returns before they have been told.

    A layer that cannot be reached is an error in the log.

    Raises:
        StateError: an argument cannot be sent.
    """
    if not leaves_process():
        return
    message = _message(kind, arguments)
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        async_to_sync(_send_or_log)(message)
    else:
        task = loop.create_task(_send_or_log(message))
        _sending.add(task)
        task.add_done_callback(_sending.discard)


async def asend(kind: str, *arguments: Any) -> None:
    """:func:`send` for coroutines: returns when the layer has the message."""
    if leaves_process():
        await _send(_message(kind, arguments))


def listen() -> None:
    """Listen on the running loop from now on, unless that is done already or nobody could be heard."""
    loop = asyncio.get_running_loop()
    task = _listening.get(loop)
    if (task is None or task.done()) and leaves_process():
        _listening[loop] = loop.create_task(_listen())


def _message(kind: str, arguments: tuple[Any, ...]) -> dict[str, Any]:
    text = codec.dumps([kind, *arguments])
    return {"type": _TYPE, "process": _PROCESS, "text": signing.Signer(salt=_SALT).sign(text)}


async def _send(message: dict[str, Any]) -> None:
    await get_channel_layer().group_send(_GROUP, message)


async def _send_or_log(message: dict[str, Any]) -> None:
    try:
        await _send(message)
    except Exception:
        logger.exception("the other processes could not be told")


async def _listen() -> None:
    """Listen for as long as the loop runs. While the layer is away, try again and again."""
    pause = 0.1
    while True:
        try:
            layer = get_channel_layer()
            channel = await layer.new_channel("djust")
            await layer.group_add(_GROUP, channel)
            pause = 0.1
            await _receive_all(layer, channel)
        except Exception as error:
            logger.warning(
                "the channel layer cannot be reached: %s: %s", type(error).__name__, error
            )
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


async def _receive_all(layer: Any, channel: str) -> None:
    renewal = asyncio.create_task(_renew(layer, channel))
    try:
        while True:
            _take(await layer.receive(channel))
            if renewal.done():
                renewal.result()
    finally:
        renewal.cancel()


async def _renew(layer: Any, channel: str) -> None:
    while True:
        await asyncio.sleep(_RENEWAL)
        await layer.group_add(_GROUP, channel)


def _take(message: dict[str, Any]) -> None:
    """Hand a message on. One of our own, or one that is not signed by this project, is ignored."""
    if message.get("process") == _PROCESS:
        return
    try:
        kind, *arguments = codec.loads(signing.Signer(salt=_SALT).unsign(message["text"]))
        receiver = _receivers[kind]
    except (signing.BadSignature, StateError, KeyError, TypeError) as error:
        logger.warning("a message of the channel layer is ignored: %s", type(error).__name__)
        return
    try:
        receiver(*arguments)
    except Exception:
        logger.exception("a message of the channel layer was not handled")
