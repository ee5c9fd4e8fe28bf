"""Python or machine code: the kernel and the shell can be compiled by mypyc, from this same source.

    pip install .                       .py      as everywhere
    KSHELL_COMPILE=1 pip install .      .so      what setup.py lists; all of it, or the installation fails

This file is never compiled. Here are the marks of classes that the compiler has to know of, which mean nothing to
Python; `poll`, because machine code does not look for signals; and `product`, because it ends the program where Ctrl-C
is heard while it multiplies.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mypy_extensions import mypyc_attr as mypyc_attr
    from mypy_extensions import trait as trait

    def product(one: int, other: int) -> int:
        """The product of numbers that may be longer than a word. Python looks for signals in the middle of such a
        product, and compiled code takes any failure of a product of its own for memory that has run out."""


if not TYPE_CHECKING:
    import _operator

    product = _operator.mul

    def mypyc_attr(**_):
        """How the class that follows is compiled."""
        return lambda cls: cls

    def trait(cls):
        """Marks a class that is only ever one of several bases."""
        return cls


def compiled() -> bool:
    """Whether the kernel is machine code."""
    from kshell.kernel.abi import round_up

    return not hasattr(round_up, "__code__")


def poll() -> None:
    """Lets Python deal with signals, so that Ctrl-C stops what calls this: Python does so whenever a function of its
    own begins. Raises KeyboardInterrupt."""


def slots(kind: type) -> list[str]:
    """The names of all slots of a class of the kernel's, those of its bases included, each once."""
    # What a compiled class has instead names those of its bases as well.
    names = [getattr(base, "__mypyc_attrs__", None) or base.__dict__.get("__slots__", ()) for base in kind.__mro__]
    return list(dict.fromkeys(name for some in names for name in some))
