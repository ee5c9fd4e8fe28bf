"""The syscalls that a command makes, as C would write them. `COMMAND --calls`.

mx_vmo_create(65536, 0, &out0);                    // NO_ERROR: out0 = 2080213179
mx_vmar_map(2079689019, 0, 2080213179, 0, 65536, 3, &out0);   // NO_ERROR: out0 = 0x12d1000
"""

from __future__ import annotations

from kshell.kernel.abi import KernelError, status_name
from kshell.kernel.content import Data
from kshell.kernel.syscalls import Syscalls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# Arguments from here on are shown in hexadecimal: addresses and masks rather than sizes and handles.
HEXADECIMAL = 1 << 24


class RecordingCalls:
    """Stands in for a process's Syscalls, passes every call on, and notes it in `lines`."""

    def __init__(self, calls: Syscalls) -> None:
        self._calls = calls
        self.lines: list[str] = []

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._calls, name)
        return self._recorded(name, found) if callable(found) and not name.startswith("_") else found

    def _recorded(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def made(*arguments: Any, **named: Any) -> Any:
            words = [_in_c(argument) for argument in (*arguments, *named.values())]
            try:
                result = call(*arguments, **named)
            except KernelError as error:
                self.lines.append(f"mx_{name}({', '.join(words)});  // {status_name(error.status)}\n")
                raise
            outs = [] if result is None else list(result) if isinstance(result, tuple) else [result]
            words += [f"&out{number}" for number in range(len(outs))]
            values = ", ".join(f"out{number} = {_in_c(out)}" for number, out in enumerate(outs))
            self.lines.append(f"mx_{name}({', '.join(words)});  // NO_ERROR{f': {values}' if values else ''}\n")
            return result

        return made


def _in_c(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "NULL"}[value]
    if isinstance(value, int):
        return hex(value) if value >= 1 << 31 or (value >= HEXADECIMAL and not value & 0xFFF) else str(value)
    if isinstance(value, Data):
        text = value[:16].tobytes()
        return f"{_text(text)}{'...' if value.length > 16 else ''}, {value.length}"
    if isinstance(value, bytes):
        return _text(value[:32])
    if isinstance(value, str):
        return _text(value[:32].encode("utf-8", "replace"))
    if isinstance(value, list):
        return "{" + ", ".join(_in_c(entry) for entry in value[:8]) + (", ..." if len(value) > 8 else "") + "}"
    return type(value).__name__.lower()


def _text(raw: bytes) -> str:
    escaped = "".join(chr(byte) if 32 <= byte < 127 and byte not in (34, 92) else f"\\x{byte:02x}" for byte in raw)
    return f'"{escaped}"'
