"""Pages of help that lead somewhere: `help start`, `help lessons`, `help scripts`."""

from __future__ import annotations

from kshell.shipped import demos, lessons
from kshell.text import wrap

# From nothing to RES moving: each line with what to see.
START = (
    ("ps", "the processes: VIRT is what each has mapped, RES how much memory is there"),
    ("p = spawn demo", "a new process; $p is its koid, the number the kernel gave it"),
    ("attach demo", "from here on you are demo, and the prompt says so"),
    ("stat", "its figures: virt and res in bytes"),
    ("m = map 1G", "ask for a gigabyte: it gives addresses, from $m on"),
    ("stat", "virt has grown by 1G, res not at all"),
    ("touch $m 64k", "write to the first 64k: 16 pages, a page fault for each"),
    ("stat", "res has grown by 64k"),
    ("why $m", "who has the first of these pages, and what would give it back"),
    ("diff", "what the last line that changed anything has moved"),
    ("undo", "takes it back, as if it had never run"),
    ("stat", "and res is what it was"),
)
BEGIN = "Two minutes, from nothing to memory that moves. Type these lines one by one:\n\n"
GO_ON = """
`help start` shows this again. Tab completes, Up finds earlier lines, F1 lists
the keys. `help` lists all commands, `help map` explains one, `apropos WORD`
finds one. Lessons are begun in your own shell: Ctrl-D, then `kshell learn`.
"""


def start() -> str:
    """`help start`."""
    width = max(len(line) for line, _ in START)
    return BEGIN + "".join(wrap(about, f"  {line:<{width}}  ") for line, about in START) + GO_ON


def lessons_page() -> str:
    """`help lessons`."""
    rows = "".join(f"  {lesson.number:2}  {lesson.title}\n" for lesson in lessons())
    return (
        wrap(
            "Lessons of ten minutes each. They ask before they tell, have you type, and the machine knows every "
            "answer. Start one from the shell, not from here:"
        )
        + f"\n  kshell learn 1\n\n{rows}\n"
        + wrap(
            "`kshell learn` shows how far each has come. They are documents, too: `kshell --play 01-address-spaces` "
            "shows one to a class, `kshell --check` runs it. Each has an exercise, which `kshell --grade` checks."
        )
    )


def scripts_page() -> str:
    """`help scripts`."""
    width = max((len(name) for name, _ in demos()), default=0)
    return (
        wrap(
            "A script is a file of lines: `kshell FILE --args a b` runs it, or `load FILE a b` in the console. The "
            "first failure stops it, but for -k. These ship; `kshell NAME` runs one, each shows one thing:"
        )
        + "\n"
        + "".join(wrap(about, f"  {name:<{width}}  ") for name, about in demos())
        + "\n"
        + wrap("`save FILE` writes a session as a script. A Markdown file runs, too: see `help documents`.")
    )
