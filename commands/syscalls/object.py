"""The object_* calls."""

from __future__ import annotations

from kshell.commands.syscalls.answers import handle_result
from kshell.commands.tools.vmaps import row_fields, table
from kshell.kernel.abi import (
    INFO_HANDLE_BASIC,
    INFO_HANDLE_VALID,
    INFO_PROCESS_MAPS,
    MAPS_ASPACE,
    MAPS_MAPPING,
    MAPS_VMAR,
    PROP_NAME,
    TYPE_NAMES,
)
from kshell.kernel.info import MapEntry, Record
from kshell.kernel.syscalls.base import rights_text
from kshell.shell.arguments import Handle, Number, Word
from kshell.shell.call_arguments import Property, Rights, Topic
from kshell.shell.expressions import evaluate
from kshell.shell.registry import command
from kshell.shell.results import Result
from kshell.shell.session import Session
from kshell.shell.text import printable

MAP_TYPE_WORDS = {MAPS_ASPACE: "aspace", MAPS_VMAR: "vmar", MAPS_MAPPING: "mapping"}


@command(
    "object_get_info",
    "objects",
    "what the kernel tells of HANDLE's object under TOPIC",
    params=(Handle("HANDLE"), Topic("TOPIC")),
    examples=(
        ("object_get_info $self process", "return_code 0\nstarted     1\nexited      0\n"),
        ("object_get_info $vmar vmar", "base 0x1000000\nlen  0x7ffffefff000\n"),
        ("expect ERR_ACCESS_DENIED object_get_info $self process_maps", ""),
    ),
    details="Topics: handle_valid handle_basic process process_threads vmar job_children job_processes thread\n"
    "task_stats process_maps. A process cannot ask for its own maps.",
    statuses="ERR_NOT_SUPPORTED ERR_BAD_HANDLE ERR_ACCESS_DENIED ERR_WRONG_TYPE ERR_BAD_STATE",
)
def object_get_info(session: Session, handle: int, topic: int) -> Result:
    info = session.calls.object_get_info(handle, topic)
    records = info.records
    if topic == INFO_HANDLE_VALID:
        return Result(text="valid\n")
    if topic == INFO_PROCESS_MAPS:
        return _maps([record for record in records if isinstance(record, dict)])
    if (not records and not info.avail) or isinstance(records[0] if records else 0, int):
        koids = [record for record in records if isinstance(record, int)]
        return Result(len(koids), {"koids": koids}, "".join(f"{koid}\n" for koid in koids), extra={"avail": info.avail})
    record = records[0]
    assert isinstance(record, dict)
    return _record(record, topic)


def _record(record: Record, topic: int) -> Result:
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
    first = next(iter(record.values()))
    value = record.get("mem_committed_bytes", first)
    return Result(value if isinstance(value, int) else None, fields, "".join(lines))


def _maps(records: list[Record]) -> Result:
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
    return Result(len(maps), {"maps": maps}, lambda: table(entries))


@command(
    "object_get_child",
    "objects",
    "a handle to the child KOID of HANDLE; HANDLE 0 finds any process",
    params=(Handle("HANDLE"), Number("KOID"), Rights("RIGHTS")),
    examples=(
        ("p = object_get_child 0 3020 same", ""),
        ("object_get_property $p name", "sh:vc\n"),
        ("expect ERR_NOT_FOUND object_get_child 0 1 same", ""),
    ),
    statuses="ERR_BAD_HANDLE ERR_ACCESS_DENIED ERR_WRONG_TYPE ERR_NOT_FOUND ERR_NO_MEMORY",
)
def object_get_child(session: Session, handle: int, koid: int, rights: int) -> Result:
    return handle_result(session, session.calls.object_get_child(handle, koid, rights))


@command(
    "object_get_property",
    "objects",
    "the PROPERTY of HANDLE's object",
    params=(Handle("HANDLE"), Property("PROPERTY")),
    examples=(
        ("object_get_property $self name", "sh:console\n"),
        ("object_get_property $self bad_handle_policy", "0\n"),
        ("expect ERR_ACCESS_DENIED object_get_property $vmar name", ""),
    ),
    statuses="ERR_BAD_HANDLE ERR_ACCESS_DENIED ERR_WRONG_TYPE ERR_INVALID_ARGS",
)
def object_get_property(session: Session, handle: int, property_: int) -> Result:
    value = session.calls.object_get_property(handle, property_)
    shown = printable(value) if isinstance(value, bytes) else value
    return Result(shown, {"value": shown}, f"{shown}\n")


@command(
    "object_set_property",
    "objects",
    "sets the PROPERTY of HANDLE's object to VALUE",
    params=(Handle("HANDLE"), Property("PROPERTY"), Word("VALUE")),
    examples=(("object_set_property $self name myshell", ""), ("object_get_property $self name", "myshell\n")),
    statuses="ERR_BAD_HANDLE ERR_ACCESS_DENIED ERR_WRONG_TYPE ERR_NOT_SUPPORTED ERR_INVALID_ARGS",
)
def object_set_property(session: Session, handle: int, property_: int, value: str) -> Result:
    if property_ == PROP_NAME:
        session.calls.object_set_property(handle, property_, value)
    else:
        session.calls.object_set_property(handle, property_, evaluate(value, session.number))
    return Result()
