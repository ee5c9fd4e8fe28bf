"""What an unknown command may have meant."""

import pytest

from tests.commands.support import fresh, output


@pytest.mark.parametrize(
    "line, hint",
    [
        ("vmo_raed 1", "did you mean `vmo_read`"),
        ("mx_vmo_create 4k", "did you mean `vmo_create`?"),
        ("zx_handle_close 1", "did you mean `handle_close`?"),
        ("mx ps", "did you mean `k mx`?"),
        ("pmap 3020", "did you mean `vmaps`?"),
        ("mmap 4k", "did you mean `map`?"),
        ("malloc 4k", "did you mean `map`?"),
        ("vmo_read 0 5 $a", "$a is a handle: are the arguments in order? usage: vmo_read VMO OFFSET LEN"),
    ],
)
def test_near_misses(line, hint):
    session = fresh()
    output(session, "a = vmo_create 4k")
    assert hint in output(session, line)
