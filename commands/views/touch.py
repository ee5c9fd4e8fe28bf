"""`touch`: page faults, as the CPU would take them."""

from __future__ import annotations

from kshell.kernel.abi import KernelError
from kshell.kernel.faults import ACCESS
from kshell.kernel.faults import touch as touch_pages
from kshell.shell.arguments import Address, Size, Switch
from kshell.shell.call_arguments import Access
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import COUNT
from kshell.text import plural


class LengthOrAccess(Size):
    """A length, or r, w or x where the length is left out."""

    __slots__ = ()

    type_name = "int | str"

    def parse(self, state: State, word: str) -> int | str:  # type: ignore[override]
        return word if word in ACCESS else super().parse(state, word)


@command(
    "touch",
    category="address space",
    summary="touches every page of LEN bytes at ADDR, as the CPU would",
    params=(
        Address("ADDR"),
        LengthOrAccess("LEN", 1),
        Access("r|w|x", "w"),
        Switch("--fatal", "a failing fault kills the process"),
    ),
    examples=(
        ("m = map 64k", ""),
        ("touch $m 16k r", "4 faults, 0 pages committed\n"),
        ("touch $m 16k", "4 faults, 4 pages committed\n"),
        ("touch $m 16k", "0 faults, 0 pages committed\n"),
    ),
    details="One byte and w by default. A read maps what is there, or the shared zero page; a write makes the page "
    "the VMO's own. A fault that fails would kill a real process; here it does so only with --fatal. A page fault is "
    "not a syscall: --calls shows none, `trace on` shows the faults.",
    gives=("faults", "committed"),
    failures={
        "ERR_NOT_FOUND": "nothing is mapped there",
        "ERR_ACCESS_DENIED": "the mapping does not allow the access",
        "ERR_OUT_OF_RANGE": "the address is beyond the VMO's size",
        "ERR_NO_MEMORY": "no page is free; the pages before it stay committed",
        "ERR_INVALID_ARGS": "LEN is 0",
    },
)
def touch(state: State, address: int, length: int | str, access: str, fatal: bool) -> Result:
    process = state.process
    if isinstance(length, str):
        access = length
        length = 1
    try:
        done = touch_pages(process, address, length, access)
    except KernelError:
        if fatal:
            process.kill()
        raise
    text = f"{plural(done.faults, 'fault')}, {plural(done.committed, 'page')} committed\n"
    return Result(done.committed, {"faults": done.faults, "committed": done.committed}, text, kind=COUNT)
