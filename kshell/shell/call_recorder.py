"""The syscalls that a command makes, as C would write them. `COMMAND --calls`.

mx_vmo_create(65536, 0, &out0);                    // NO_ERROR: out0 = 2080213179
mx_vmar_map(2079689019, 0, 2080213179, 0, 65536, 3, &out0);   // NO_ERROR: out0 = 0x12d1000
"""

from __future__ import annotations

from contextlib import contextmanager

from kshell.kernel.abi import KernelError, status_name
from kshell.kernel.content import Data
from kshell.kernel.syscalls import Syscalls
from kshell.shell.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

# From this value on arguments are shown in hexadecimal: addresses and masks rather than sizes and handles.
HEXADECIMAL = 1 << 24
# What is shown for a command such as `touch`, whose page faults the CPU brings to the kernel.
NO_CALL = "// no syscall\n"


@contextmanager
def recorded(state: State, lines: list[str]) -> Iterator[None]:
    """While the block lasts, `lines` gets a line for each syscall of the current process, or one that there was none.

    Of a command that fails before its first call nothing is said.
    """
    process = state.process
    state.use_calls(RecordingCalls(state.calls, lines))
    try:
        yield
        if not lines:
            lines.append(NO_CALL)
    finally:
        # A command that attached another process already has other calls.
        if state.process is process:
            state.use_calls(None)


class RecordingCalls(Syscalls):
    """A process's calls, each of which is noted in `lines`."""

    def __init__(self, calls: Syscalls, lines: list[str]) -> None:
        super().__init__(calls.machine, calls.process)
        self.lines = lines

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        return found if name[0] == "_" or not callable(found) else _recorded(name, found, self.lines)


def _recorded(name: str, call: Callable[..., Any], lines: list[str]) -> Callable[..., Any]:
    """The call `name`, which notes what it was given and what it returned."""

    def made(*arguments: Any, **named: Any) -> Any:
        words = [_in_c(argument) for argument in (*arguments, *named.values())]
        try:
            result = call(*arguments, **named)
        except KernelError as error:
            lines.append(f"mx_{name}({', '.join(words)});  // {status_name(error.status)}\n")
            raise
        outs = [] if result is None else list(result) if isinstance(result, tuple) else [result]
        words += [f"&out{number}" for number in range(len(outs))]
        values = ", ".join(f"out{number} = {_in_c(out)}" for number, out in enumerate(outs))
        lines.append(f"mx_{name}({', '.join(words)});  // NO_ERROR{f': {values}' if values else ''}\n")
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
