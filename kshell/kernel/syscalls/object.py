"""mx_object_*: what the kernel reports about an object, and its properties.

Rules: docs/kernel-rules.md 1.8 and 3.3 to 3.5; `syscalls_object.cpp`.
"""

from __future__ import annotations

from kshell.kernel import info
from kshell.kernel.abi import (
    DEFAULT_RIGHTS,
    ERR_ACCESS_DENIED,
    ERR_BAD_HANDLE,
    ERR_BAD_STATE,
    ERR_BUFFER_TOO_SMALL,
    ERR_INVALID_ARGS,
    ERR_NOT_FOUND,
    ERR_NOT_SUPPORTED,
    ERR_WRONG_TYPE,
    INFO_HANDLE_BASIC,
    INFO_HANDLE_VALID,
    INFO_JOB_CHILDREN,
    INFO_JOB_PROCESSES,
    INFO_PROCESS,
    INFO_PROCESS_MAPS,
    INFO_PROCESS_THREADS,
    INFO_RESOURCE_CHILDREN,
    INFO_RESOURCE_RECORDS,
    INFO_TASK_STATS,
    INFO_THREAD,
    INFO_THREAD_EXCEPTION_REPORT,
    INFO_VMAR,
    MAX_NAME_LEN,
    OBJ_TYPE_JOB,
    OBJ_TYPE_PROCESS,
    OBJ_TYPE_RESOURCE,
    OBJ_TYPE_THREAD,
    OBJ_TYPE_VMAR,
    POLICY_EXIT,
    PROP_BAD_HANDLE_POLICY,
    PROP_NAME,
    PROP_NUM_STATE_KINDS,
    PROP_PROCESS_DEBUG_ADDR,
    PROP_REGISTER_FS,
    RIGHT_ENUMERATE,
    RIGHT_GET_PROPERTY,
    RIGHT_READ,
    RIGHT_SAME_RIGHTS,
    RIGHT_SET_PROPERTY,
    RREC_SELF,
    RREC_SELF_ROOT,
    TYPE_NAMES,
    U64_END,
    KernelError,
)
from kshell.kernel.compiling import mypyc_attr, trait
from kshell.kernel.objects import KernelObject
from kshell.kernel.syscalls.base import U32, Caller, bad_handle_reason, rights_text
from kshell.kernel.syscalls.task import require_running
from kshell.kernel.tasks import DEAD, DYING, INITIAL, Job, Process, Thread
from kshell.kernel.vmar import Vmar

NUM_STATE_KINDS = 1
# Where the lower half of the addresses that a processor takes ends; the upper half is as large.
CANONICAL_END = 1 << 47


class Info:
    """The answer to object_get_info: the records, how many were written, how many there are."""

    __slots__ = ("records", "actual", "avail")

    def __init__(self, records: list[info.Record] | list[int], avail: int) -> None:
        self.records = records
        self.actual = len(records)
        self.avail = avail


@trait
@mypyc_attr(allow_interpreted_subclasses=True)
class ObjectCalls(Caller):
    """The calls on any object."""

    def object_get_info(self, handle: int, topic: int, capacity: int | None = None) -> Info:
        """The records of `topic` (INFO_*) about the object; `capacity` is the room for records, None for enough.

        Raises ERR_NOT_SUPPORTED for an unknown topic, before the handle is looked at; ERR_BAD_HANDLE,
        ERR_ACCESS_DENIED, ERR_WRONG_TYPE, ERR_BUFFER_TOO_SMALL (topics of one record only), ERR_BAD_STATE.
        """
        topic &= U32
        if topic == INFO_HANDLE_VALID:
            if self.process.handles.get(handle) is None:
                raise KernelError(ERR_BAD_HANDLE, bad_handle_reason(handle))
            return Info([], 0)
        if topic in _LIST_TOPICS:
            return self._list(handle, topic, capacity)
        if topic not in _RECORD_TOPICS:
            raise KernelError(ERR_NOT_SUPPORTED, f"there is no topic {topic}")
        right, *types = _RECORD_TOPICS[topic]
        found = self._lookup(handle, right, *types)
        if capacity is not None and capacity < 1:
            raise KernelError(ERR_BUFFER_TOO_SMALL, "the buffer has no room for the record", actual=0, avail=1)
        return Info([_record(topic, found.object, found.rights)], 1)

    def _list(self, handle: int, topic: int, capacity: int | None) -> Info:
        right, type_ = _LIST_TOPICS[topic]
        object_ = self._lookup(handle, right, type_).object
        records: list[int] | list[info.Record]
        if isinstance(object_, Job):
            if topic == INFO_JOB_CHILDREN:
                koids, avail = info.job_children(object_, capacity)
                return Info(koids, avail)
            records = list(object_.processes)
        elif isinstance(object_, Process):
            if topic == INFO_PROCESS_THREADS:
                records = list(object_.threads)
            else:
                records = self._maps(object_, capacity)
        else:
            # The root resource is the only one, without children and without a record but that about itself.
            records = [_resource_record(object_)] if topic == INFO_RESOURCE_RECORDS else []
        avail = len(records)
        return Info(records[:capacity] if capacity is not None else records, avail)

    def _maps(self, process: Process, capacity: int | None) -> list[info.Record]:
        if process is self.process:
            raise KernelError(ERR_ACCESS_DENIED, "a process cannot ask for its own maps: the answer would lie in them")
        try:
            require_running(process, "maps")
        except KernelError as error:
            # The reference kernel reports the buffer's capacity here (docs/kernel-rules.md 8 no. 28).
            raise KernelError(error.status, error.reason, actual=capacity or 0, avail=0) from None
        return [entry.record() for entry in info.maps(process)]

    def object_get_child(self, handle: int, koid: int, rights: int) -> int:
        """A handle to a child of the object: a process's started thread, a job's own child job or process.

        `handle` 0 looks for a process in the whole system. `rights` is a subset of the parent handle's, or
        RIGHT_SAME_RIGHTS for all of them. Raises ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_NOT_FOUND,
        ERR_WRONG_TYPE, ERR_NO_MEMORY.
        """
        rights &= U32
        if handle == 0:
            allowed = DEFAULT_RIGHTS[OBJ_TYPE_PROCESS]
            child: KernelObject | None = self.machine.find_process(koid)
            granted = _granted(rights, allowed)
        else:
            parent = self._lookup(handle, 0)
            if not parent.rights & RIGHT_ENUMERATE:
                raise KernelError(
                    ERR_ACCESS_DENIED, f"handle {handle} lacks ENUMERATE: it has {rights_text(parent.rights)}"
                )
            granted = _granted(rights, parent.rights)
            object_ = parent.object
            if isinstance(object_, Process):
                child = object_.threads.get(koid)
            elif isinstance(object_, Job):
                child = object_.jobs.get(koid) or object_.processes.get(koid)
            elif object_.type == OBJ_TYPE_RESOURCE:
                child = None
            else:
                raise KernelError(ERR_WRONG_TYPE, f"a {TYPE_NAMES[object_.type]} has no children")
        if child is None:
            raise KernelError(
                ERR_NOT_FOUND, f"there is no child with koid {koid} (only direct children that are alive count)"
            )
        return self.process.handles.new(child, granted)

    def object_get_property(self, handle: int, property_: int) -> int | bytes:
        """The value of `property_` (PROP_*): a number, or the name's bytes up to its first NUL.

        Needs GET_PROPERTY. Raises ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_WRONG_TYPE, ERR_INVALID_ARGS.
        """
        object_ = self._lookup(handle, RIGHT_GET_PROPERTY).object
        if property_ == PROP_NAME:
            return object_.name.split(b"\0", 1)[0] if isinstance(object_, Job | Process | Thread) else b""
        if property_ == PROP_BAD_HANDLE_POLICY:
            return _is_process(object_).policy
        if property_ == PROP_NUM_STATE_KINDS:
            if not isinstance(object_, Thread):
                raise KernelError(ERR_WRONG_TYPE, "only threads have state kinds")
            return NUM_STATE_KINDS
        if property_ == PROP_PROCESS_DEBUG_ADDR:
            return _is_process(object_).debug_addr
        raise KernelError(ERR_INVALID_ARGS, f"there is no property {property_} to get")

    def object_set_property(self, handle: int, property_: int, value: int | bytes | str) -> None:
        """Sets `property_`; a name is cut to 31 bytes. Needs SET_PROPERTY; works on dead tasks too.

        Raises ERR_BAD_HANDLE, ERR_ACCESS_DENIED, ERR_WRONG_TYPE, ERR_NOT_SUPPORTED, ERR_INVALID_ARGS.
        """
        object_ = self._lookup(handle, RIGHT_SET_PROPERTY).object
        if property_ == PROP_NAME:
            if not isinstance(object_, Job | Process | Thread):
                raise KernelError(ERR_NOT_SUPPORTED, f"a {TYPE_NAMES[object_.type]} has no name")
            raw = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
            object_.name = (raw if isinstance(raw, bytes) else b"%d" % raw)[: MAX_NAME_LEN - 1]
            return
        number = value if isinstance(value, int) else 0
        if property_ == PROP_BAD_HANDLE_POLICY:
            process = _is_process(object_)
            if number & U32 > POLICY_EXIT:
                raise KernelError(ERR_NOT_SUPPORTED, "a bad-handle policy is 0 (ignore), 1 (log) or 2 (exit)")
            process.policy = number & U32
        elif property_ == PROP_PROCESS_DEBUG_ADDR:
            process = _is_process(object_)
            if number == 0:
                raise KernelError(ERR_INVALID_ARGS, "the debug address cannot be 0")
            if process.debug_addr:
                raise KernelError(ERR_ACCESS_DENIED, "the debug address can be set only once")
            process.debug_addr = number
        elif property_ == PROP_REGISTER_FS:
            if not isinstance(object_, Thread):
                raise KernelError(ERR_WRONG_TYPE, "only threads have an FS register")
            if object_ is not next(iter(self.process.threads.values()), None):
                raise KernelError(ERR_ACCESS_DENIED, "a thread can set only its own FS register")
            if CANONICAL_END <= number % U64_END < U64_END - CANONICAL_END:
                raise KernelError(
                    ERR_INVALID_ARGS, f"{number:#x} is not an address: the upper 17 bits of one are all equal"
                )
        else:
            raise KernelError(ERR_INVALID_ARGS, f"there is no property {property_} to set")


# Topic -> (right, type) of lists, which never fail for lack of room.
_LIST_TOPICS: dict[int, tuple[int, int]] = {
    INFO_PROCESS_THREADS: (RIGHT_ENUMERATE, OBJ_TYPE_PROCESS),
    INFO_JOB_CHILDREN: (RIGHT_ENUMERATE, OBJ_TYPE_JOB),
    INFO_JOB_PROCESSES: (RIGHT_ENUMERATE, OBJ_TYPE_JOB),
    INFO_PROCESS_MAPS: (RIGHT_READ, OBJ_TYPE_PROCESS),
    INFO_RESOURCE_CHILDREN: (RIGHT_ENUMERATE, OBJ_TYPE_RESOURCE),
    INFO_RESOURCE_RECORDS: (RIGHT_ENUMERATE, OBJ_TYPE_RESOURCE),
}
# Topic -> (right, types) of single records.
_RECORD_TOPICS: dict[int, tuple[int, ...]] = {
    INFO_HANDLE_BASIC: (0,),
    INFO_PROCESS: (RIGHT_READ, OBJ_TYPE_PROCESS),
    INFO_VMAR: (0, OBJ_TYPE_VMAR),
    INFO_THREAD: (RIGHT_READ, OBJ_TYPE_THREAD),
    INFO_THREAD_EXCEPTION_REPORT: (RIGHT_READ, OBJ_TYPE_THREAD),
    INFO_TASK_STATS: (RIGHT_READ, OBJ_TYPE_PROCESS),
}


def _record(topic: int, object_: KernelObject, rights: int) -> info.Record:
    if topic == INFO_HANDLE_BASIC:
        return {
            "koid": object_.koid,
            "rights": rights,
            "type": object_.type,
            "related_koid": object_.related_koid,
            "props": 1 if object_.waitable else 0,
        }
    if isinstance(object_, Vmar):
        return {"base": object_.base, "len": object_.size}
    if isinstance(object_, Thread):
        port = object_.waits_on
        if topic == INFO_THREAD_EXCEPTION_REPORT:
            if port is None:
                raise KernelError(ERR_BAD_STATE, f"thread {object_.koid} is not in an exception")
            return {"exception": object_.exception, "pid": object_.process.koid, "tid": object_.koid}
        return {"wait_exception_port_type": 0 if port is None else port.kind}
    process = _is_process(object_)
    if topic == INFO_TASK_STATS:
        require_running(process, "statistics")
        mapped, committed = info.task_stats(process)
        return {"mem_mapped_bytes": mapped, "mem_committed_bytes": committed}
    return {
        "return_code": process.return_code,
        "started": int(process.state != INITIAL),
        "exited": int(process.state in (DYING, DEAD)),
        "debugger_attached": int(process.debugger_port is not None),
    }


def _resource_record(resource: KernelObject) -> info.Record:
    """The record of type SELF that each resource has first (`ResourceDispatcher::GetRecords`)."""
    return {
        "type": RREC_SELF,
        "subtype": RREC_SELF_ROOT,
        "koid": resource.koid,
        "record_count": 0,
        "child_count": 0,
        "name": "root",
    }


def _is_process(object_: KernelObject) -> Process:
    if not isinstance(object_, Process):
        raise KernelError(ERR_WRONG_TYPE, f"this is a property of processes, not of a {TYPE_NAMES[object_.type]}")
    return object_


def _granted(asked: int, allowed: int) -> int:
    if asked == RIGHT_SAME_RIGHTS:
        return allowed
    if asked & ~allowed:
        raise KernelError(
            ERR_ACCESS_DENIED, f"at most {rights_text(allowed)} can be had here, not {rights_text(asked & ~allowed)}"
        )
    return asked
