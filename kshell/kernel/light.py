"""Names of the standard library whose own modules are large, got without loading those.

bisect                 from the module in C beneath it
collections.deque      from the module in C beneath it
typing.Generic         a class that takes a type and forgets it
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bisect import bisect_left as bisect_left
    from bisect import bisect_right as bisect_right
    from bisect import insort as insort
    from collections import deque as deque
    from typing import Generic as Generic
    from typing import TypeVar

    T = TypeVar("T", covariant=True)
else:
    from _bisect import bisect_left as bisect_left
    from _bisect import bisect_right as bisect_right
    from _bisect import insort_right as insort  # noqa: F401
    from _collections import deque as deque

    T = None

    class Generic:
        """What typing's own is to the classes that derive from it, as long as nobody asks for the types."""

        __slots__ = ()

        def __class_getitem__(cls, item):
            return cls
