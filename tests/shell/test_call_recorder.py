"""`--calls`: the syscalls of a command as C would write them."""

from tests.commands.support import fresh, output


def test_calls_in_c():
    session = fresh()
    text = output(session, "m = map 64k --calls")
    assert text == (
        "mx_vmo_create(65536, 0, &out0);  // NO_ERROR: out0 = 2080213179\n"
        "mx_vmar_map(2080213227, 0, 2080213179, 0, 65536, 3, &out0);  // NO_ERROR: out0 = 0x12fd000\n"
        "mx_handle_close(2080213179);  // NO_ERROR\n"
    )
    assert output(session, "vmo_write $m 0 'a\"b' --calls").startswith(
        'mx_vmo_write(0x12fd000, 0, "a\\x22b", 3);  // ERR_'
    )
    assert "--calls" not in output(session, "vmo_create 4k")
