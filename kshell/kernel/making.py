"""Kernel objects by their types: what a boot image lists, and what the creating calls make.

Rules: the files of the classes.
"""

from __future__ import annotations

from kshell.kernel.abi import (
    OBJ_TYPE_CHANNEL,
    OBJ_TYPE_EVENT_PAIR,
    OBJ_TYPE_FIFO,
    OBJ_TYPE_IOPORT,
    OBJ_TYPE_IOPORT2,
    OBJ_TYPE_SOCKET,
    OBJ_TYPE_WAIT_SET,
)
from kshell.kernel.channels import Channel, EventPairEnd, PeerObject
from kshell.kernel.fifos import FifoEnd
from kshell.kernel.objects import KernelObject, SimpleObject
from kshell.kernel.ports import Port
from kshell.kernel.system import System

# What an image's fifo holds, as it does not say: the size of those the system itself makes.
FIFO_COUNT = 64
FIFO_SIZE = 8


def make_single(system: System, koid: int, type_: int) -> KernelObject:
    """A new object of `type_` that is no end of a pair. Raises ERR_NO_MEMORY."""
    if type_ == OBJ_TYPE_IOPORT:
        return Port(system, koid)
    # Few machines have these, and a start does not wait for them.
    if type_ == OBJ_TYPE_IOPORT2:
        from kshell.kernel.ports_v2 import PortV2

        return PortV2(system, koid)
    if type_ == OBJ_TYPE_WAIT_SET:
        from kshell.kernel.waitsets import WaitSet

        return WaitSet(system, koid)
    return SimpleObject(system, koid, type_)


def make_end(system: System, koid: int, type_: int) -> PeerObject:
    """A new end of a pair of `type_`, not linked yet. Raises ERR_NO_MEMORY."""
    if type_ == OBJ_TYPE_CHANNEL:
        return Channel(system, koid)
    if type_ == OBJ_TYPE_SOCKET:
        from kshell.kernel.sockets import SocketEnd

        return SocketEnd(system, koid)
    if type_ == OBJ_TYPE_EVENT_PAIR:
        return EventPairEnd(system, koid)
    assert type_ == OBJ_TYPE_FIFO
    return FifoEnd(system, koid, FIFO_COUNT, FIFO_SIZE)
