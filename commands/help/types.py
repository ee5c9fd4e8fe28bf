"""The types of objects: what a handle can refer to."""

from __future__ import annotations

TYPES: dict[str, str] = {
    "process": "an address space, a handle table and threads, in a job. It ends when it is killed, or when its last "
    "thread or its last handle goes.",
    "thread": "runs in one process. The first is started by process_start, others by thread_start. A running "
    "thread whose last handle is closed is killed.",
    "vmo": "virtual memory object: bytes in pages, which are committed as they are written. It lives as long as a "
    "handle, a mapping or a clone refers to it.",
    "vmar": "virtual memory address region: a range of addresses that holds mappings and child VMARs. To its parent "
    "it is one opaque block.",
    "job": "a group of processes and child jobs: killing it kills all below. The kernel's root job is 1024; `ps` "
    "starts at its child 1028.",
    "channel": "two ends that carry messages: up to 65536 bytes and 1024 handles each. Handles that are sent leave "
    "the sender's table.",
    "event": "an object to signal and to wait for, and nothing else: a cheap thing to have handles to.",
    "event-pair, eventpair": "two events that know each other: each end can signal the other, and learns when the "
    "other is closed.",
    "socket": "two ends that carry a stream of bytes, 256k in each direction. `s = socket_create` makes $s.0 and $s.1.",
    "fifo": "two ends that carry small elements of one size; count times size is at most 4096 bytes.",
    "wait-set, waitset": "several objects to wait for at once. Its handle has READ and WRITE only: it can be neither "
    "duplicated nor sent.",
    "io-port, port, portv1, port v1, ioport": "a queue of packets that others wait for: `port_create 0`, the first "
    "kind, and the only one that #ip of `k mx ps` counts.",
    "portv2, port, port v2": "the second kind of port: `port_create 1`. #ip of `k mx ps` does not count it.",
    "log": "the kernel's debug log, to write to; a handle that was opened readable can read it too. No command here "
    "makes one.",
    "resource": "permission to use hardware. The only type whose handles have the right DESTROY. No command here "
    "makes one.",
    "interrupt": "what a driver waits on for a hardware interrupt. No command here makes one.",
    "io-map": "a window onto the registers of a device, for its driver. No command here makes one.",
    "pci-device": "a device on the PCI bus, for its driver. No command here makes one.",
}
