"""What an object without a handle goes with: whoever has what keeps it has it, too.

    processes --> clone --> parent --> its parent        a parent that only clones keep is theirs who have a clone
    processes --> near end --> far end                   so is the far end of a pair, and the port of a wait

Rules: docs/accounting.md, docs/kernel-memory.md.
"""

from __future__ import annotations

from kshell.kernel.census import Census, kept_by
from kshell.kernel.light import deque
from kshell.kernel.objects import KernelObject
from kshell.kernel.tasks import Job

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TypeVar

    Holder = TypeVar("Holder")


def pass_on(
    orphans: Iterable[KernelObject], census: Census, found: dict[KernelObject, Mapping[Holder, object]]
) -> None:
    """Adds to `found`, who has each object, those of the keepers of `orphans`, objects without a handle.

    Those of several keepers are put together anew each time, and what has the same as its only keeper shares its
    mapping: none is changed. What nobody has is not in `found` afterwards either. A job keeps nothing for others.
    """
    pending = deque(orphans)
    waiting = set(pending)
    inside = frozenset(waiting)
    while pending:
        object_ = pending.popleft()
        waiting.discard(object_)
        before = found.get(object_)
        now = before
        merged: dict[Holder, object] | None = None
        for keeper in census.keepers.get(object_, ()):
            theirs = None if isinstance(keeper, Job) else found.get(keeper)
            if theirs is None or theirs is now:
                continue
            if now is None:
                now = theirs
                continue
            if merged is None:
                now = merged = {**now}
            merged.update(theirs)
        if now is None or (before is not None and len(now) == len(before)):
            continue
        found[object_] = now
        # What was met before its keepers were all known is met again.
        for kept in kept_by(object_):
            if kept in inside and kept not in waiting:
                waiting.add(kept)
                pending.append(kept)
