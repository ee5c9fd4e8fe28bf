"""The object_* calls."""

from __future__ import annotations

from kshell.commands.syscalls.answers import FULL, OTHER_TYPE, handle_result
from kshell.commands.tools.vmaps import row_fields, table
from kshell.kernel.abi import (
    INFO_HANDLE_BASIC,
    INFO_HANDLE_VALID,
    INFO_PROCESS_MAPS,
    MAPS_ASPACE,
    MAPS_MAPPING,
    MAPS_VMAR,
    PROP_NAME,
    RIGHT_ENUMERATE,
    RIGHT_GET_PROPERTY,
    RIGHT_SET_PROPERTY,
    TYPE_NAMES,
)
from kshell.kernel.info import MapEntry, Record
from kshell.kernel.syscalls.base import rights_text
from kshell.shell.arguments import Handle, Koid, Number, Word
from kshell.shell.call_arguments import Property, Rights, Topic
from kshell.shell.expressions import evaluate
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.state import State
from kshell.shell.values import COUNT, FIELDS
from kshell.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

MAP_TYPE_WORDS = {MAPS_ASPACE: "aspace", MAPS_VMAR: "vmar", MAPS_MAPPING: "mapping"}


@command(
    "object_get_info",
    category="objects",
    summary="what the kernel reports about HANDLE's object under TOPIC",
    params=(Handle("HANDLE"), Topic("TOPIC"), Number("N", None, option="--room")),
    examples=(
        (
            "object_get_info $self process",
            "return_code       0\nstarted           1\nexited            0\ndebugger_attached 0\n",
        ),
        ("object_get_info $vmar vmar", "base 0x1000000\nlen  0x7ffffefff000\n"),
        ("expect ERR_ACCESS_DENIED object_get_info $self process_maps", ""),
    ),
    details="Topics: handle_valid handle_basic process process_threads vmar job_children job_processes thread\n"
    "task_stats process_maps resource_records. A process cannot ask for its own maps. --room is how many records\n"
    "the caller's buffer has room for, as many as there are by default.",
    needs="none, READ or ENUMERATE, by TOPIC; `help TOPIC` says which",
    failures={
        "ERR_NOT_SUPPORTED": "there is no such TOPIC",
        "ERR_BAD_HANDLE": "",
        "ERR_ACCESS_DENIED": "HANDLE lacks the topic's right, or a process asks for its own process_maps",
        "ERR_WRONG_TYPE": "TOPIC is about another type of object",
        "ERR_BUFFER_TOO_SMALL": "--room is 0, and the topic has one record",
        "ERR_BAD_STATE": "task_stats and process_maps: the process is not running; thread_exception_report: the "
        "thread is not in an exception",
    },
)
def object_get_info(state: State, handle: int, topic: int, room: int | None) -> Result:
    info = state.calls.object_get_info(handle, topic, room)
    records = info.records
    if topic == INFO_HANDLE_VALID:
        return Result(text="valid\n")
    if topic == INFO_PROCESS_MAPS:
        return _maps([record for record in records if isinstance(record, dict)], state.space_of(handle))
    if (not records and not info.avail) or isinstance(records[0] if records else 0, int):
        koids = [record for record in records if isinstance(record, int)]
        text = "".join(f"{koid}\n" for koid in koids)
        return Result(len(koids), {"koids": koids}, text, extra={"avail": info.avail}, kind=COUNT)
    record = records[0]
    assert isinstance(record, dict)
    return _record(record, topic, state.space_of(handle))


def _record(record: Record, topic: int, space: int) -> Result:
    fields = dict(record)
    if topic == INFO_HANDLE_BASIC:
        fields["type"] = TYPE_NAMES[int(str(record["type"]))]
    width = max(len(name) for name in fields)
    lines: list[str] = []
    for name, value in fields.items():
        if name == "rights":
            value = f"{value:#x} {rights_text(int(str(value)))}"
        elif name in ("base", "len"):
            value = f"{value:#x}"
        lines.append(f"{name:<{width}} {value}\n")
    name = "mem_committed_bytes" if "mem_committed_bytes" in record else next(iter(record))
    value = record[name]
    return Result(
        value if isinstance(value, int) else None, fields, "".join(lines), kind=FIELDS.get(name, ""), space=space
    )


def _maps(records: list[Record], space: int) -> Result:
    entries = [
        MapEntry(
            str(record["name"]),
            *(int(str(record[field])) for field in ("base", "size", "depth", "type", "mmu_flags", "committed_pages")),
        )
        for record in records
    ]
    maps: list[dict[str, object]] = []
    for entry in entries:
        row = row_fields(entry)
        mapping = entry.type == MAPS_MAPPING
        maps.append(
            {
                "type": MAP_TYPE_WORDS[entry.type],
                **{field: row[field] for field in ("depth", "base", "size", "perms")},
                "committed_pages": entry.committed if mapping else None,
                "name": entry.name,
            }
        )
    return Result(len(maps), {"maps": maps}, lambda: table(entries), kind=COUNT, space=space)


@command(
    "object_get_child",
    category="objects",
    summary="a handle to the child KOID of HANDLE; HANDLE 0 finds any process",
    params=(Handle("HANDLE", rights=RIGHT_ENUMERATE), Koid("KOID"), Rights("RIGHTS")),
    examples=(
        ("p = object_get_child 0 3020 same", ""),
        ("object_get_property $p name", "sh:vc\n"),
        ("expect ERR_NOT_FOUND object_get_child 0 1 same", ""),
    ),
    gives=("handle", "koid"),
    needs="ENUMERATE on HANDLE; none for HANDLE 0",
    failures={
        "ERR_ACCESS_DENIED": "HANDLE lacks ENUMERATE, or RIGHTS has one that HANDLE lacks (HANDLE 0: beyond 0x1cf)",
        "ERR_WRONG_TYPE": "HANDLE is neither a process nor a job",
        "ERR_NOT_FOUND": "it has no such child: no started thread, child job or living process of that koid",
        "ERR_NO_MEMORY": FULL,
    },
)
def object_get_child(state: State, handle: int, koid: int, rights: int) -> Result:
    return handle_result(state, state.calls.object_get_child(handle, koid, rights))


@command(
    "object_get_property",
    category="objects",
    summary="the PROPERTY of HANDLE's object",
    params=(Handle("HANDLE", rights=RIGHT_GET_PROPERTY), Property("PROPERTY")),
    examples=(
        ("object_get_property $self name", "sh:console\n"),
        ("object_get_property $self bad_handle_policy", "0\n"),
        ("expect ERR_ACCESS_DENIED object_get_property $vmar name", ""),
    ),
    gives=("value",),
    failures={
        "ERR_WRONG_TYPE": OTHER_TYPE,
        "ERR_INVALID_ARGS": "there is no such PROPERTY to get; register_fs can only be set",
    },
)
def object_get_property(state: State, handle: int, property_: int) -> Result:
    value = state.calls.object_get_property(handle, property_)
    shown = printable(value) if isinstance(value, bytes) else value
    return Result(shown, {"value": shown}, f"{shown}\n")


class Value(Word):
    """What a property is set to: a name as it stands, otherwise a number."""

    __slots__ = ()

    explain = "text for a name, otherwise a number"

    def check(self, state: State, words: Sequence[str], at: int) -> None:
        text = self.parse(state, words[at])
        if Property("PROPERTY").parse(state, words[at - 1]) != PROP_NAME:
            evaluate(text, state.number)


@command(
    "object_set_property",
    category="objects",
    summary="sets the PROPERTY of HANDLE's object to VALUE",
    params=(Handle("HANDLE", rights=RIGHT_SET_PROPERTY), Property("PROPERTY"), Value("VALUE")),
    examples=(("object_set_property $self name myshell", ""), ("object_get_property $self name", "myshell\n")),
    failures={
        "ERR_ACCESS_DENIED": "HANDLE lacks SET_PROPERTY; the debug address is set already; another thread's FS "
        "register",
        "ERR_WRONG_TYPE": OTHER_TYPE,
        "ERR_NOT_SUPPORTED": "the object has no name, or VALUE is not a bad-handle policy (0, 1, 2)",
        "ERR_INVALID_ARGS": "there is no such PROPERTY to set, or VALUE is 0 for the debug address",
    },
)
def object_set_property(state: State, handle: int, property_: int, value: str) -> Result:
    if property_ == PROP_NAME:
        state.calls.object_set_property(handle, property_, value)
    else:
        state.calls.object_set_property(handle, property_, evaluate(value, state.number))
    return Result()
