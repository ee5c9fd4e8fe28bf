"""The flags of vmar_allocate, vmar_map, vmar_protect."""

from __future__ import annotations

FLAGS: dict[str, str] = {
    "read, r, perm-read": "0x1, the mapping can be read. Every mapping needs it. vmar_map asks both handles for READ; "
    "vmar_allocate refuses it.",
    "write, w, perm-write": "0x2, the mapping can be written; only together with read. vmar_map asks both handles for "
    "WRITE; vmar_allocate ignores it.",
    "execute, x, perm-execute": "0x4, the mapping can be executed; only together with read. vmar_map asks both "
    "handles for EXECUTE; vmar_allocate refuses it.",
    "compact": "0x8, asks for a place near others. vmar_allocate takes it, and nothing changes; vmar_map ends with "
    "ERR_INVALID_ARGS.",
    "specific": "0x10, exactly at OFFSET in the VMAR, which has to have can-map-specific. A range that is taken is "
    "ERR_NO_MEMORY.",
    "specific-overwrite, overwrite": "0x20, like specific, but mappings in the way are unmapped; a child VMAR in the "
    "way is ERR_INVALID_ARGS. For vmar_map only.",
    "can-map-specific": "0x40, regions in the new VMAR may choose their address. For vmar_allocate only; the root VMAR "
    "has it.",
    "can-map-read": "0x80, mappings in the new VMAR may be readable: the parent's handle needs READ, the new one gets "
    "it. For vmar_allocate.",
    "can-map-write": "0x100, mappings in the new VMAR may be writable: the parent's handle needs WRITE, the new one "
    "gets it. For vmar_allocate.",
    "can-map-execute": "0x200, mappings in the new VMAR may be executable: the parent's handle needs EXECUTE, the new "
    "one gets it. For vmar_allocate.",
    "none": "0, no flag. vmar_map refuses it: a mapping is at least readable. vmar_allocate makes a VMAR in which "
    "nothing can be mapped.",
}
