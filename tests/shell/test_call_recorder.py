"""`--calls`: the syscalls of a command as C would write them."""

from tests.commands.support import fresh, output, run


def test_calls_in_c():
    session = fresh()
    text = output(session, "m = map 64k --calls")
    assert text == (
        "mx_vmo_create(65536, 0, &out0);  // NO_ERROR: out0 = 2080213179\n"
        "mx_vmar_map(2080213227, 0, 2080213179, 0, 65536, 3, &out0);  // NO_ERROR: out0 = 0x12fd000\n"
        "mx_handle_close(2080213179);  // NO_ERROR\n"
    )
    assert output(session, "vmo_write 0x12fd000 0 'a\"b' --calls").startswith(
        'mx_vmo_write(0x12fd000, 0, "a\\x22b", 3);  // ERR_'
    )
    assert "--calls" not in output(session, "vmo_create 4k")


def calls(session, line):
    """The calls that the line shows, without what it prints beside them."""
    return [text for text in output(session, f"{line} --calls").splitlines() if text.startswith("mx_")]


def test_numbers_are_decimal_below_16m_and_where_they_are_no_page():
    session = fresh()
    run(session, "v = vmo_create 4k")

    def shown(number):
        (call,) = calls(session, f"vmo_get_size {number}")
        return call.removeprefix("mx_vmo_get_size(").partition(")")[0]

    assert [shown(number) for number in (0, 4096, (1 << 24) - 4096)] == ["0", "4096", "16773120"]
    assert [shown(number) for number in (1 << 24, (1 << 24) + 4096)] == ["0x1000000", "0x1001000"]
    assert [shown(number) for number in ((1 << 24) + 1, (1 << 31) - 1)] == ["16777217", "2147483647"]
    assert [shown(number) for number in (1 << 31, (1 << 32) - 1)] == ["0x80000000", "0xffffffff"]


def test_data_is_shown_up_to_16_bytes():
    session = fresh()
    run(session, "v = vmo_create 4k")
    handle = run(session, "echo $v").output.strip()
    whole, cut, odd = (
        calls(session, line)[0]
        for line in (
            "vmo_write $v 0 0123456789abcdef",
            "vmo_write $v 0 0123456789abcdefg",
            r"""vmo_write $v 0 '"\\\x1f ~\x7f'""",
        )
    )
    assert whole == f'mx_vmo_write({handle}, 0, "0123456789abcdef", 16, &out0);  // NO_ERROR: out0 = 16'
    assert cut == f'mx_vmo_write({handle}, 0, "0123456789abcdef"..., 17, &out0);  // NO_ERROR: out0 = 17'
    assert odd.startswith(f'mx_vmo_write({handle}, 0, "\\x22\\x5c\\x1f ~\\x7f", 6, ')


def test_lists_are_shown_up_to_8_entries():
    session = fresh()
    run(session, "c = channel_create", *(f"e{number} = event_create" for number in range(9)))
    eight = " ".join(f"$e{number}" for number in range(8))
    handles = [run(session, f"echo $e{number}").output.strip() for number in range(9)]
    (call,) = calls(session, f"channel_write $c.0 hi {eight} $e8 $e8")
    assert f"{{{', '.join(handles[:8])}, ...}}" in call and handles[8] not in call
    (call,) = calls(session, f"channel_write $c.0 hi {eight}")
    assert f"{{{', '.join(handles[:8])}}}" in call


def test_several_answers_and_none():
    session = fresh()
    (call,) = calls(session, "channel_create")
    one, two = run(session, "c = channel_create").result.fields["handles"]
    assert "&out0, &out1);  // NO_ERROR: out0 = " in call and ", out1 = " in call and one != two
    (call,) = calls(session, f"handle_close {one['handle']}")
    assert call == f"mx_handle_close({one['handle']});  // NO_ERROR"
    (call,) = calls(session, f"handle_close {one['handle']}")
    assert call == f"mx_handle_close({one['handle']});  // ERR_BAD_HANDLE"
    (call,) = calls(session, "p = process_create $job 'a\"b'")
    assert '"a\\x22b"' in call
