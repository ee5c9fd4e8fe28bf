"""What could be typed next."""

import pytest

from kshell.console.completion import suggestions
from tests.commands.support import fresh, run


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("vmo_cr", "vmo_create"),
        ("x = vmo_cr", "vmo_create"),
        ("! vmo_cr", "vmo_create"),
        ("expect ERR_BAD_S", "ERR_BAD_STATE"),
        ("expect ERR_BAD_STATE vmo_cr", "vmo_create"),
        ("as 302", "3020"),
        ("as sh:v", "3020"),
        ("as p:30", "p:3020"),
        ("attach p:30", "p:3020"),
        ("kill j:10", "j:1068"),
        ("as 3020 vmo_cr", "vmo_create"),
        ("echo a; vmo_cr", "vmo_create"),
        ("ps && vm", "vmaps"),
        ("k pm", "pmm"),
        ("k mx h", "ht"),
        ("k mx ht 30", "3020"),
        ("help vmo_w", "vmo_write"),
        ("vmo_write $v 0 --f", "--fill"),
        ("vmo_read ", "$v"),
        ("vmo_read $", "$v"),
        ("echo $v.k", "koid"),
        ("vmar_map $vmar 0 $v 0 4k rw,sp", "specific"),
        ("handle_duplicate $v read,ma", "map"),
        ("vmo_op_range $v dec", "decommit"),
        ("object_get_info $v hand", "handle_basic"),
        ("touch 0x12f", "0x12f4000"),
    ],
)
def test_completion_knows_what_can_stand_where(text, offered):
    session = fresh()
    run(session, "v = vmo_create 4k")
    assert offered in [found.text for found in suggestions(session, text)]
