"""Names of the standard library whose own modules are large, got without loading those.

collections.deque      from the module in C beneath it
typing.Generic         a class that takes a type and forgets it
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import deque as deque
    from typing import Generic as Generic
    from typing import TypeVar

    T = TypeVar("T", covariant=True)
else:
    from _collections import deque as deque

    T = None

    class Generic:
        """What typing's own is to the classes that derive from it, as long as nobody asks for the types."""

        __slots__ = ()

        def __class_getitem__(cls, item):
            return cls
