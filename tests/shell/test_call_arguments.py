"""What the words of the syscalls mean: rights, flags, operations, topics, properties, data."""

import pytest

from kshell.shell.call_arguments import (
    Access,
    Bytes,
    CloneOptions,
    MapFlags,
    Property,
    Rights,
    Topic,
    VmoOp,
    unescape,
)
from kshell.shell.errors import UsageError
from tests.commands.support import fresh, run


def parse(param, word, *lines):
    session = fresh()
    if lines:
        run(session, *lines)
    return param.parse(session.state, word)


@pytest.mark.parametrize(
    ("param", "word", "bits"),
    [
        (Rights("R"), "read", 0x4),
        (Rights("R"), "r", 0x4),
        (Rights("R"), "read,write,execute,map,duplicate,transfer", 0x3F),
        (Rights("R"), "rwxmdt", 0x3F),
        (Rights("R"), "Read,MAP", 0x24),
        (Rights("R"), "get-property,set_property", 0xC0),
        (Rights("R"), "same", 1 << 31),
        (Rights("R"), "none", 0),
        (Rights("R"), "rr,r", 0x4),
        (Rights("R"), "0x10,r", 0x14),
        (Rights("R"), "-1", (1 << 64) - 1),
        (MapFlags("F"), "rw", 0x3),
        (MapFlags("F"), "r,w,x", 0x7),
        (MapFlags("F"), "perm_read,perm-write", 0x3),
        (MapFlags("F"), "rw,specific", 0x13),
        (MapFlags("F"), "rw,specific-overwrite", 0x23),
        (MapFlags("F"), "overwrite", 0x20),
        (MapFlags("F"), "compact", 0x8),
        (MapFlags("F"), "can-map-specific", 0x40),
        (MapFlags("F"), "can-map-read,can-map-write,can-map-execute", 0x380),
        (MapFlags("F"), "0x401", 0x401),
        (MapFlags("F"), "none", 0),
        (VmoOp("O"), "commit", 1),
        (VmoOp("O"), "DECOMMIT", 2),
        (VmoOp("O"), "lock", 3),
        (VmoOp("O"), "unlock", 4),
        (VmoOp("O"), "vmo_op_lookup", 5),
        (VmoOp("O"), "cache-sync", 6),
        (VmoOp("O"), "mx_vmo_op_cache_invalidate", 7),
        (VmoOp("O"), "cache_clean", 8),
        (VmoOp("O"), "cache-clean-invalidate", 9),
        (VmoOp("O"), "77", 77),
        (CloneOptions("O"), "cow", 1),
        (CloneOptions("O"), "0", 0),
        (Topic("T"), "handle_basic", 2),
        (Topic("T"), "MX_INFO_HANDLE_VALID", 1),
        (Topic("T"), "99", 99),
        (Property("P"), "name", 3),
        (Property("P"), "mx-prop-name", 3),
        (Access("A"), "w", "w"),
    ],
)
def test_words(param, word, bits):
    assert parse(param, word) == bits


@pytest.mark.parametrize(
    ("param", "word", "part"),
    [
        (Rights("R"), "readd", "'readd'"),
        (Rights("R"), "read,", "''"),
        (Rights("R"), "rq", "'rq'"),
        (Rights("R"), "", "''"),
        (MapFlags("F"), "rwt", "'rwt'"),
        (MapFlags("F"), "rw,4q", "'4q'"),
        (VmoOp("O"), "frob", "see `help operation`"),
        (Topic("T"), "frob", "see `help topic`"),
        (Property("P"), "frob", "see `help property`"),
        (CloneOptions("O"), "cows", "see `help clone option`"),
        (Access("A"), "rw", "r, w or x"),
        (Access("A"), "", "r, w or x"),
    ],
)
def test_wrong_words_name_what_would_be_right(param, word, part):
    with pytest.raises(UsageError) as failure:
        parse(param, word)
    assert part in failure.value.message


def test_variables_stand_for_bits():
    assert parse(Rights("R"), "$x", "v = vmo_create 3183", "x = vmo_get_size $v") == 3183
    assert parse(MapFlags("F"), "r,$x", "v = vmo_create 16", "x = vmo_get_size $v") == 17


@pytest.mark.parametrize(
    ("param", "some"),
    [
        (Rights("R"), {"read": "0x4", "same": "0x80000000"}),
        (MapFlags("F"), {"rw": "read, write", "specific": "0x10"}),
        (VmoOp("O"), {"cache-sync": "6"}),
        (Topic("T"), {"handle_basic": "2"}),
        (CloneOptions("O"), {"cow": "1"}),
        (Access("A"), {"r": "read", "w": "write", "x": "execute"}),
    ],
)
def test_what_is_offered_parses(param, some):
    offered = dict(param.choices(fresh().state))
    assert some.items() <= offered.items()
    for word in offered:
        parse(param, word)


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("abc", b"abc"),
        ("", b""),
        ("ü", b"\xc3\xbc"),
        ("\udcff", b"\xff"),
        (r"a\x00b\x7Fc", b"a\0b\x7fc"),
        (r"\n\t\r\0\\", b"\n\t\r\0\\"),
        (r"\xffü\\x41", b"\xff\xc3\xbc\\x41"),
    ],
)
def test_data(text, raw):
    assert unescape(text) == raw
    assert parse(Bytes("DATA"), text.replace("$", "")).tobytes() == raw


@pytest.mark.parametrize("text", ["\\", "a\\q", r"\x", r"\x1", r"\x1g", r"\xg1", r"\X41"])
def test_an_escape_that_there_is_not(text):
    with pytest.raises(UsageError, match="escape"):
        unescape(text)


def test_variables_in_data():
    session = fresh()
    run(session, "v = vmo_create 4k", 'vmo_write $v 0 "koid $v.koid"')
    assert run(session, "vmo_read $v 0 9").result.fields["data"] == b"koid 3183".hex()
    run(session, "vmo_write $v 0 '$v.koid'")
    assert run(session, "vmo_read $v 0 7").result.fields["data"] == b"$v.koid".hex()
