"""What a line that was refused may have been meant to be: an unknown command, a value of the wrong kind."""

from __future__ import annotations

from kshell.kernel.numbers import decimal
from kshell.kernel.vmar import Vmar
from kshell.kernel.vmo import Vmo
from kshell.shell import registry
from kshell.shell.arguments import Handle
from kshell.shell.command import Command
from kshell.shell.errors import ShellError
from kshell.shell.expressions import appraise
from kshell.shell.grammar import is_name, is_value, quoted, written
from kshell.shell.state import State
from kshell.shell.values import ADDRESS, HANDLE, KOID, SIZE, TASK, Misfit
from kshell.sizes import typed_size
from kshell.text import COLUMNS

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
    "?": "help",
    "x": "process_read_memory",
}
# Words that start kshell, or a part of it, outside of it.
LESSONS = ("kshell", "learn", "lesson", "lessons")
NONE = "`help` lists the commands"
BLANKS = "an assignment has blanks around its =: NAME = COMMAND"
# Words of debuggers that take a format after a slash.
FORMATTED = {
    **dict.fromkeys(("p", "print", "inspect", "output"), "p/x"),
    **dict.fromkeys(("x", "memory"), "process_read_memory $self ADDR LEN"),
}


def suggestion(word: str) -> str:
    """A line that says what `word` may have been meant to be, or nothing."""
    low = word.lower()
    for prefix in ("mx_", "zx_", "sys_"):
        if low.startswith(prefix) and registry.find(low.removeprefix(prefix)):
            return f"did you mean `{low.removeprefix(prefix)}`?"
    if low in LESSONS:
        return "lessons begin in your own shell: leave with Ctrl-D, then `kshell learn`"
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
    return NONE


def unknown(words: list[str]) -> str:
    """A line that says what a line whose command nobody knows may have been meant to be."""
    said = " ".join(map(written, words))
    head, equals, rest = said.partition("=")
    name = head.rstrip()
    if equals and is_name(name) and (rest[:1] != " " or head == name) and rest[:1] != "=":
        command = rest.strip()
        kept = command or "VALUE"
        if command and not registry.find(command.split()[0]) and not is_value(command, named=True):
            kept = f"echo {command}"
        return _did_you_mean(f"{name} = {kept}") or BLANKS
    if is_value(said) or said[:2] == "$?" or decimal(said[0]) is not None:
        return _did_you_mean(f"print {said}") or NONE
    return suggestion(words[0])


def path_suggestion(word: str) -> str:
    """A line for a word with a slash: a debugger's command with a format (`p/x`), or a program, which none can name."""
    known = FORMATTED.get(word.partition("/")[0].lower())
    return f"did you mean `{known}`?" if known else "`help` lists the commands; none is run by a path"


def meant(state: State, command: Command, words: list[str], misfit: Misfit) -> str:
    """A line that says what a line with a value of the wrong kind may have been meant to be."""
    word, value, wanted = misfit.word, misfit.value, misfit.wanted
    if value.kind in ("", wanted):
        # It is another process's.
        alive = value.owner in state.machine.processes
        return _did_you_mean(f"as {value.owner} {_line(command, words)}") if alive else ""
    if value.kind == HANDLE and wanted in (KOID, TASK):
        return _did_you_mean(_line(command, words, word, f"{word}.koid"))
    if value.kind == KOID and wanted == HANDLE:
        whole = word.removesuffix(".koid")
        if whole != word and state.value(whole[1:]).kind == HANDLE:
            return _did_you_mean(_line(command, words, word, whole))
        return f"`h = object_get_child 0 {word} same` gives a handle to a process"
    handle = state.process.handles.get(value.number) if value.kind == HANDLE else None
    if handle is not None and isinstance(handle.object, Vmo) and wanted in (SIZE, ADDRESS):
        mapped = f"vmar_map $vmar 0 {word} 0 {typed_size(handle.object.size)} rw"
        if command.name == "map":
            return _did_you_mean(mapped)
        if wanted == ADDRESS:
            return f"`m = {mapped}` gives an address"
    if handle is not None and isinstance(handle.object, Vmar) and wanted == ADDRESS:
        return f"`i = object_get_info {word} vmar` gives its address, $i.base"
    usage = f"usage: {command.usage()}"
    return usage if len(usage) <= COLUMNS else f"`help {command.name}` says what it takes"


def _line(command: Command, words: list[str], old: str = "", new: str = "") -> str:
    """The line that was typed, with the word `old` replaced."""
    return " ".join([command.name, *(new if word == old else _as_typed(word) for word in words)])


def _as_typed(word: str) -> str:
    return word if word[:1] == "$" else quoted(word)


def _did_you_mean(line: str) -> str:
    return f"did you mean `{line}`?" if len(line) <= COLUMNS - 16 else ""


def bad_handle(state: State, command: Command, words: list[str]) -> str:
    """Further lines for a call with a bad handle: whose it is, or that the arguments may be in another order."""
    found = command.assign(words)
    for param, word in zip(found.params, words, strict=True):
        name = f"${word}" if word in state.variables else word
        if isinstance(param, Handle) and "$" in name:
            value = appraise(name, state.value)
            if value.owner and value.owner != state.process.koid:
                return f"\n{name} is a handle {state.another(value.owner, state.process.koid)}"
    return _swapped(state, command, words)


def _swapped(state: State, command: Command, words: list[str]) -> str:
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
    if not good:
        return ""
    return f"\n{good[0]} is a handle: are the arguments in the right order?\nusage: {command.usage()}"
