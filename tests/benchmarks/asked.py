"""What the sweep asks of full sessions: lines that make a command look at all there is, and what a console does beside.

Each entry is one question: its last line is timed, those before it only run. The names are those of `full.py`. A
command that is not here is asked by its own examples, as all are.
"""

from __future__ import annotations

from collections.abc import Callable

from kshell.commands.session.pane import Pane
from kshell.console.completion import suggestions
from kshell.console.highlight import colours
from kshell.documents.keyed import Entry
from kshell.documents.quiz import Quiz, ask
from kshell.pictures.terminal.look import ASCII
from kshell.shell.reading import read
from kshell.shell.session import Session

# The calls that take a VMO, an address or a task, whole.
CALLS: dict[str, tuple[str, ...]] = {
    "channel_read": ("channel_read $pair.1",),
    "channel_write": ("channel_write $pair.0 hello $vmo",),
    "handle_close": ("handle_close $vmo", "handle_close $pair.1", "handle_close $port", "handle_close $jobs"),
    "handle_duplicate": ("handle_duplicate $event same",),
    "handle_replace": ("handle_replace $event same",),
    "object_get_child": ("object_get_child $jobs $one same",),
    "object_get_info": (
        "object_get_info $process process_maps",
        "object_get_info $self process_threads",
        "object_get_info $process task_stats",
        "object_get_info $jobs job_processes",
        "object_get_info $jobs job_children",
    ),
    "port_queue": ("port_queue $port '\\x07\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0hello'",),
    "port_wait": ("port_wait $port",),
    "process_create": ("process_create $jobs another",),
    "process_exit": ("process_exit 7",),
    "process_read_memory": ("process_read_memory $self $at $size",),
    "process_write_memory": ("process_write_memory $self $at --len $size",),
    "task_kill": ("task_kill $jobs", "task_kill $self", "task_kill $job"),
    "thread_create": ("thread_create $self another",),
    "vmar_allocate": ("vmar_allocate $vmar 0 $size can-map-read",),
    "vmar_map": ("vmar_map $vmar 0 $vmo 0 $size rw",),
    "vmar_unmap": ("vmar_unmap $vmar $at $size",),
    "vmar_protect": ("vmar_protect $vmar $at $size r",),
    "vmar_destroy": ("vmar_destroy $vmar",),
    "vmo_clone": ("vmo_clone $vmo cow 0 $size",),
    "vmo_read": ("vmo_read $vmo 0 $size", "c = vmo_clone $vmo cow 0 $size\nvmo_read $c 0 $size"),
    "vmo_write": (
        "vmo_write $vmo 0 hello",
        "vmo_write $vmo 0 --len $size --fill 7",
        "c = vmo_clone $vmo cow 0 $size\nvmo_write $c 0 --len $size",
    ),
    "vmo_set_size": ("vmo_set_size $vmo 4k", "vmo_set_size $vmo 2*$size"),
    "vmo_op_range": (
        "vmo_op_range $vmo commit 0 $size",
        "vmo_op_range $vmo decommit 0 $size",
        "c = vmo_clone $vmo cow 0 $size\nvmo_op_range $c commit 0 $size",
        "vmo_op_range $vmo commit 0 $size\nvmo_op_range $vmo lookup 0 4k",
    ),
}
LOOKING: dict[str, tuple[str, ...]] = {
    "audit": (
        "audit",
        "audit --rule viewers",
        "audit --by process",
        "audit --by job",
        "audit --by vmo",
        "audit --rule viewers --by process",
    ),
    "clones": ("clones $vmo",),
    "diff": ("snap before\nkill $crowd\ndiff before", "a = vmo_create 4k\ndiff", "kill $crowd\ndiff"),
    "dlog": ("dlog",),
    "handles": ("handles",),
    "k": (
        "k mx ps",
        "k mx ht $crowd",
        "k mx jb $crowd",
        "k mx asd $crowd",
        "k mx vmos all",
        "k mx vmos hidden",
        "k mx vmos $crowd",
        "k mx kill $crowd",
        "k vmm aspaces",
        "k pmm arenas",
    ),
    "kmem": ("kmem", "kmem $crowd"),
    "kstats": ("kstats -m", "kstats -c"),
    "links": ("links", "links one"),
    "memgraph": ("memgraph", "memgraph -t", "memgraph -v"),
    "memory": ("memory",),
    "pages": ("pages $vmo", "pages $at", "kill one\npages $vmo", "vmo_write $vmo 0 hello\npages $vmo"),
    "print": ("print $at + $size",),
    "ps": ("ps", "ps --jobs", "ps -T", "ps --sort res", "ps --name bench"),
    "signals": ("signals $pair.1", "signals $self"),
    "space": ("space", "touch $at\nspace"),
    "stat": ("stat",),
    "threads": ("threads $crowd",),
    "top": ("top -a",),
    "treemap": ("treemap",),
    "vars": ("vars",),
    "vmaps": ("vmaps $crowd", "vmaps $crowd --gaps --vmo", "vmaps $crowd --sort res", "vmaps $crowd --at $at"),
    "vmos": ("vmos $crowd",),
    "why": ("why $vmo", "why $at", "why $crowd", "why $jobs"),
}
DOING: dict[str, tuple[str, ...]] = {
    "alias": ("alias", "alias all ps"),
    "attach": ("attach one",),
    "draw": (
        "draw a.svg pages $vmo",
        "draw a.html pages $vmo",
        "draw a.svg space",
        "draw a.svg clones $vmo",
        "draw a.svg treemap",
        "draw a.svg links",
        "draw a.txt ps",
    ),
    "give": ("give one $vmo",),
    "history": ("history",),
    "kill": ("kill $crowd",),
    "killall": ("killall one",),
    "load": ("! false > a.kshell\nload a.kshell",),
    "map": ("map $size",),
    "pin": ("pin ps", "pin pages $vmo", "pin vmaps $crowd"),
    "redo": ("kill $crowd\nundo\nredo",),
    "repeat": ("repeat 100 handle_duplicate $event same",),
    "reset": ("reset",),
    "save": ("save a.kshell",),
    "snap": ("snap before",),
    "spawn": ("spawn demo",),
    "time": ("time ps",),
    "touch": ("touch $at", "touch $at $size", "touch $at $size r", "trace on\ntouch $at $size"),
    "undo": ("a = vmo_create 4k\nundo", "kill $crowd\nundo", "undo", "undo 100"),
    "unalias": ("unalias a7",),
    "watch": ("watch --times 2 -n 0 ps",),
    "what-if": ("what-if touch $at $size", "what-if kill $crowd", "what-if true"),
}
# What is asked only when it is named, and why.
PASSED_OVER = {"export": "it draws the machine after each line, so it takes lines times things"}
LINES = {**CALLS, **LOOKING, **DOING}
# Typed at the console up to their ends: tasks, names, handles and what is none of them.
TYPED = (
    "kill be",
    "vmaps p:31",
    "as one vmar_map $vmar 0 $v",
    "handle_close $",
    "x = print $v1",
    "unalias a",
    "k mx ht no",
    "help vmo_read",
    "clones 32",
    "why ",
)


def keys(on: Session) -> None:
    """A keystroke at the end of each line: colours, hint and menu."""
    for text in TYPED:
        list(colours(on, text))
        _ = read(on.state, text).missing
        suggestions(on, text)


def laws(on: Session) -> None:
    """What `--paranoid` does after each command."""
    on.state.machine.check()


def quiz(on: Session) -> None:
    """A question about a line, and its answer."""
    block = {"question": "What is left?", "run": "m = map 64k", "answer": "$m"}
    ask(Quiz(1, 1, [Entry(1, key, value) for key, value in block.items()]), on, 1)


def pane(on: Session) -> None:
    """What is pinned, made anew and drawn after a line."""
    for line in ("ps", "pages $vmo", "memory"):
        on.pins.add(on.state, line)
    on.pins.refresh(on.state)
    Pane(on.pins).lines(80, 50, ASCII)


FACES: dict[str, Callable[[Session], object]] = {
    "(keys)": keys,
    "(laws)": laws,
    "(quiz)": quiz,
    "(pins)": pane,
}
