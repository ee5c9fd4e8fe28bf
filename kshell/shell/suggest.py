"""What an unknown command may have been meant to be."""

from __future__ import annotations

from kshell.shell import registry
from kshell.shell.arguments import Handle
from kshell.shell.command import Command
from kshell.shell.errors import ShellError
from kshell.shell.state import State

# Words that people bring from elsewhere.
ELSEWHERE = {
    "pmap": "vmaps",
    "mmap": "map",
    "malloc": "map",
    "munmap": "vmar_unmap",
    "mprotect": "vmar_protect",
    "top": "ps",
    "mx": "k mx",
    "pmm": "k pmm",
    "vmm": "k vmm",
    "vm_object": "k vm_object",
    "quit": "exit",
    "fork": "spawn",
    "exec": "spawn",
    "free": "k pmm arenas",
}


def suggestion(word: str) -> str:
    """A line that says what `word` may have been meant to be, or nothing."""
    low = word.lower()
    for prefix in ("mx_", "zx_", "sys_"):
        if low.startswith(prefix) and registry.find(low[3:] if prefix != "sys_" else low[4:]):
            return f"did you mean `{low[4:] if prefix == 'sys_' else low[3:]}`?"
    if low in ELSEWHERE:
        return f"did you mean `{ELSEWHERE[low]}`?"
    if registry.find(low):
        return f"did you mean `{low}`?"
    from difflib import get_close_matches

    near = (
        get_close_matches(low, [*(found.name for found in registry.every()), *registry.ALIASES], n=3, cutoff=0.7)
        if len(low) < 40
        else []
    )
    if near:
        return "did you mean " + " or ".join(f"`{name}`" for name in near) + "?"
    return "`help` lists the commands"


def swapped(state: State, command: Command, words: list[str]) -> str:
    """Another line for a call with a bad handle when another of its arguments is a good one, or nothing."""
    good: list[str] = []
    for param, word in zip(command.positional, words, strict=False):
        try:
            value = Handle("HANDLE").parse(state, word)
        except ShellError:
            continue
        is_handle = state.process.handles.get(value) is not None
        if isinstance(param, Handle) and is_handle:
            return ""
        if is_handle:
            good.append(word)
    return f"\n{good[0]} is a handle: are the arguments in the right order? usage: {command.usage()}" if good else ""
