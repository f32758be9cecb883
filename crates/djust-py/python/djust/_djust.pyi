"""The Rust core, as far as the runtime uses it."""

from collections.abc import Iterable, Mapping
from typing import Any

class FrameError(ValueError):
    code: str
    message: str
    event: int

class PageError(ValueError):
    code: str

class Engine:
    def __init__(self, engine: Any) -> None: ...
    def compile(self, template: Any) -> tuple[Template, dict[str, Any]]: ...
    def reset(self) -> None: ...

class Template:
    @property
    def name(self) -> str | None: ...
    @property
    def source(self) -> str: ...
    @property
    def parser(self) -> Any: ...
    def reads(self) -> tuple[dict[Any, Any], bool]: ...
    def render(self, context: Any) -> Any: ...

class Session:
    def __init__(self, template: Any) -> None: ...
    @property
    def template(self) -> Any: ...
    @property
    def count(self) -> int: ...
    @property
    def checksum(self) -> int: ...
    @property
    def fingerprint(self) -> int: ...
    def bindings(self) -> list[tuple[int, str, bool]]: ...
    def mount(self, context: Mapping[str, Any]) -> str: ...
    def update(self, context: Mapping[str, Any]) -> str: ...
    def forget_merged(self) -> None: ...
    def resync(
        self,
        client_html: str,
        context: Mapping[str, Any],
        count: int | None = None,
        checksum: int | None = None,
    ) -> tuple[str, int]: ...

def decode_client_frame(text: str, *, message_bytes: int | None = None) -> tuple[Any, ...]: ...
def encode_connected(
    seq: int,
    last: int,
    resume: str,
    *,
    message_bytes: int | None = None,
    pending_events: int | None = None,
) -> str: ...
def encode_update(
    seq: int, ref: int, ops: str = "", effects: Iterable[Any] | None = None
) -> str: ...
def encode_error(seq: int, ref: int, code: str, message: str, id: str = "") -> str: ...
def encode_renumbered(seq: int, ref: int, ops: str, base: int) -> str: ...
def encode_close(code: str, message: str, reload: bool = False) -> str: ...

PONG: str
PROTOCOL_VERSION: int
ERROR_CODES: tuple[str, ...]
MESSAGE_BYTES: int
RESYNC_BYTES: int
DEPTH: int
VALUES: int
PARAMETERS: int
FIELDS: int
HANDLER_NAME: int
HANDSHAKE_TEXT: int
PENDING_EVENTS: int
UNACKNOWLEDGED_FRAMES: int
ACKNOWLEDGE_FRAMES: int
ACKNOWLEDGE_MILLISECONDS: int

# The template engine's part is used through djust.template only.
def __getattr__(name: str) -> Any: ...
