"""Kernel objects: what a handle can refer to.

Every object has a koid, a type and a count of the handles that refer to it, wherever they are: in a process's
table or in a message that nobody has read. When the last one goes, `on_zero_handles` does what that means.
The smallest objects live here; channels, tasks, VMOs and VMARs have files of their own.

Rules: docs/kernel-rules.md 1.3, 1.6, 2.1 and 2.2; `kernel/lib/magenta/dispatcher.cpp`.
"""

from __future__ import annotations

from kshell.kernel.abi import NOT_WAITABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    # Blocks of one kind in the kernel's heap: what they are in words, how many, and their bytes together.
    Blocks: TypeAlias = "tuple[str, int, int]"


class KernelObject:
    """Anything with a koid. `koid` is never reused; 0 stands for an object that no handle ever named."""

    __slots__ = ("koid", "type", "handle_count")

    def __init__(self, koid: int, type_: int) -> None:
        self.koid = koid
        self.type = type_
        self.handle_count = 0

    @property
    def related_koid(self) -> int:
        """The koid that MX_INFO_HANDLE_BASIC reports besides the object's own: the parent's or peer's, 0 for none."""
        return 0

    @property
    def waitable(self) -> bool:
        """Whether the object has signals to wait for."""
        return self.type not in NOT_WAITABLE

    def blocks(self) -> Iterator[Blocks]:
        """The object's own blocks in the kernel's heap."""
        return iter(())

    def keeps(self) -> Iterator[KernelObject]:
        """Objects that exist because of this one, whether or not a handle refers to them."""
        return iter(())

    def on_first_handle(self) -> None:
        """A handle is about to be made to the object, the first one. Raises ERR_NO_MEMORY."""

    def on_zero_handles(self) -> None:
        """The last handle to the object was closed."""

    def on_no_handle(self) -> None:
        """The object was just made, and there was no room for a handle to it: it ends again."""
        self.on_zero_handles()


class SimpleObject(KernelObject):
    """An object that the model only counts: event, port, wait set, log, resource, interrupt, PCI device ..."""

    __slots__ = ()
