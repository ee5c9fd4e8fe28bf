"""Sessions that are full of one kind of things, each made by lines as a person would type them.

All are of one process, `crowd`, which has the things, and all have the same names for what a line may be asked of:

    $vmo $size    a VMO and how much of it there is to see     $at      where it is mapped
    $pair         the ends of a channel                        $port    a port
    $jobs $one    a job, and a process in it                   $event   an event
    $crowd        the process, by its koid
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kshell.__main__ import spare_the_collector
from kshell.shell.session import Session
from tests.benchmarks.model import run
from tests.sessions import opened

PAGE = 4096
BEGIN = (
    "crowd = spawn crowd",
    "attach crowd",
    "vmo = vmo_create 64k",
    "size = 64k",
    "at = vmar_map $vmar 0 $vmo 0 $size rw",
    "pair = channel_create",
    "port = port_create",
    "event = event_create",
    "jobs = job_create $job",
    "process = process_create $jobs one",
    "one = print $process.koid",
    "mapped = vmar_map $process.vmar 0 $vmo 0 4k rw",
    "thread = thread_create $process main",
    "argument = event_create",
    "process_start $process $thread 0x1000000 0 $argument 0",
)
# A running process in $jobs that maps $vmo.
PROCESS = (
    "map = vmar_map $process.vmar 0 $vmo 0 4k rw",
    "thread = thread_create $process main",
    "argument = event_create",
    "process_start $process $thread 0x1000000 0 $argument 0",
)


def full(kind: str, count: int) -> Session:
    """A session that is full of `count` things of a kind, at a console that waits for the next line."""
    spare_the_collector()
    made = opened(memory="4G", handles="1M")
    made.answering = True
    for line in (*BEGIN, *KINDS[kind](count)):
        run(made, line)
    made.settle()
    return made


def processes(count: int) -> Iterable[str]:
    """Running processes of one name that share a VMO."""
    yield "vmo_op_range $vmo commit 0 4k"
    for _ in range(count):
        yield "process = process_create $jobs bench"
        yield from PROCESS


def names(count: int) -> Iterable[str]:
    """Running processes of different names, with a VMO each that only a message holds."""
    for at in range(count):
        yield f"process = process_create $jobs p{at}"
        yield "vmo = vmo_create 4k"
        yield "vmo_op_range $vmo commit 0 4k"
        yield from PROCESS
        yield "channel_write $pair.0 hello $vmo"
    yield "vmo = vmo_create 64k"


def jobs(count: int) -> Iterable[str]:
    """Jobs in one job."""
    return ("job_create $jobs" for _ in range(count))


def nested_jobs(count: int) -> Iterable[str]:
    """Jobs in jobs."""
    yield "inner = job_create $jobs"
    for _ in range(count):
        yield "inner = job_create $inner"


def vmos(count: int) -> Iterable[str]:
    """VMOs with a page each."""
    for _ in range(count):
        yield "made = vmo_create 4k"
        yield "vmo_op_range $made commit 0 4k"


def mappings(count: int) -> Iterable[str]:
    """Mappings of one VMO, page by page; every other page is there."""
    yield f"size = {count}*4k"
    yield "vmo = vmo_create $size"
    yield "inner = vmar_allocate $vmar 0 $size can-map-read,can-map-write,can-map-specific"
    yield "at = print $inner.addr"
    for page in range(count):
        yield f"vmar_map $inner {page}*4k $vmo {page}*4k 4k rw,specific"
        if page % 2:
            yield f"touch $at+{page}*4k"


def views(count: int) -> Iterable[str]:
    """Mappings of one page."""
    yield "touch $at"
    for _ in range(count):
        yield "vmar_map $vmar 0 $vmo 0 4k rw"


def vmars(count: int) -> Iterable[str]:
    """VMARs in one VMAR."""
    yield f"outer = vmar_allocate $vmar 0 {count}*64k can-map-read,can-map-write"
    yield "at = print $outer.addr"
    yield f"size = {count}*64k"
    for _ in range(count):
        yield "vmar_allocate $outer 0 4k can-map-read,can-map-write"


def family(count: int) -> Iterable[str]:
    """Clones of one VMO with a page of their own."""
    yield "vmo_write $vmo 0 parent"
    for _ in range(count):
        yield "clone = vmo_clone $vmo cow 0 $size"
        yield "vmo_write $clone 0 clone"


def chain(count: int) -> Iterable[str]:
    """Clones of clones, each with a page of its own; the last of them is $vmo, and mapped.

    A write looks for the page in one clone after the other, so no page is further away than it has to be."""
    yield "vmo_write $vmo 0 --len $size"
    for at in range(count):
        yield f"vmo_write $vmo {at % 16}*4k own"
        yield "vmo = vmo_clone $vmo cow 0 $size"
    yield "at = vmar_map $vmar 0 $vmo 0 $size rw"


def handles(count: int) -> Iterable[str]:
    """Handles to one event."""
    yield f"repeat {count} handle_duplicate $event same"


def channels(count: int) -> Iterable[str]:
    return ("channel_create" for _ in range(count))


def messages(count: int) -> Iterable[str]:
    """Messages with a handle each in one channel, and packets in one port."""
    for _ in range(count):
        yield "sent = event_create"
        yield "channel_write $pair.0 hello $sent"
        yield "port_queue $port '\\x07\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0hello'"


def threads(count: int) -> Iterable[str]:
    for _ in range(count):
        yield "thread = thread_create $self worker"
        yield "thread_start $thread 0 0 0 0"


def pages(count: int) -> Iterable[str]:
    """A VMO whose every other page is there, and mapped."""
    yield f"size = {2 * count}*4k"
    yield "vmo = vmo_create $size"
    yield "at = vmar_map $vmar 0 $vmo 0 $size rw"
    for page in range(count):
        yield f"touch $at+{2 * page}*4k"


def contents(count: int) -> Iterable[str]:
    """Pages with a byte each, of many values."""
    yield f"size = {2 * count}*4k"
    yield "vmo = vmo_create $size"
    yield "at = vmar_map $vmar 0 $vmo 0 $size rw"
    for page in range(count):
        yield f"vmo_write $vmo {2 * page}*4k+{page % PAGE} --len 1 --fill {page % 255 + 1}"


def lines(count: int) -> Iterable[str]:
    """Lines that change something."""
    for _ in range(0, count, 2):
        yield "made = vmo_create 4k"
        yield "handle_close $made"


def variables(count: int) -> Iterable[str]:
    """Variables that hold handles."""
    return (f"v{at} = event_create" for at in range(count))


def aliases(count: int) -> Iterable[str]:
    return (f"alias a{at} ps" for at in range(count))


KINDS: dict[str, Callable[[int], Iterable[str]]] = {
    "processes": processes,
    "jobs": jobs,
    "nested jobs": nested_jobs,
    "VMOs": vmos,
    "mappings": mappings,
    "views": views,
    "VMARs": vmars,
    "family": family,
    "chain": chain,
    "handles": handles,
    "channels": channels,
    "messages": messages,
    "threads": threads,
    "pages": pages,
    "contents": contents,
    "lines": lines,
    "variables": variables,
    "aliases": aliases,
    "names": names,
}
