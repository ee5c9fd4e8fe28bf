"""Bytes in runs, and what the pages of a VMO hold: like plain byte strings, whatever the shapes inside."""

from random import Random

import pytest

from kshell.kernel.content import Content, Data
from kshell.kernel.pages import PageSet

P = 4096


# Data


def test_runs_are_merged_and_empty_ones_left_out():
    data = Data([(b"", 5), (b"a", 2), (b"a", 3), (b"ab", 0), (b"aa", 1), (b"xy", 2), (b"z", 1)])
    assert data.runs == ((b"a", 7), (b"xyxy", 1), (b"z", 1)) and len(data) == data.length == 12
    assert data.tobytes() == b"aaaaaaaxyxyz"


def test_a_gigabyte_of_one_value_is_one_run():
    data = Data.fill(0x63, 1 << 30) + Data.fill(0x63, 1 << 30)
    assert data.runs == ((b"c", 2 << 30),) and data[5 : 1 << 20].runs == ((b"c", (1 << 20) - 5),)


def test_equal_bytes_are_equal_in_whatever_runs():
    assert Data([(b"ab", 1), (b"c", 2)]) == Data([(b"a", 1), (b"bcc", 1)])
    assert Data.of(b"ab") != Data.of(b"ba") and Data.fill(0, 2) != Data.fill(0, 3)
    assert Data.of(b"ab") != b"ab"


def test_a_slice_is_that_of_the_bytes():
    text = b"\0" * 10 + b"hello" + b"\x07" * 20 + b"xy"
    data = Data([(b"\0", 10), (b"hello", 1), (b"\x07", 20), (b"xy", 1)])
    for start in range(0, len(text), 3):
        for stop in range(0, len(text) + 5, 4):
            assert data[start:stop].tobytes() == text[start:stop]
    assert data[-3:].tobytes() == text[-3:] and data[:].tobytes() == text
    with pytest.raises(ValueError, match="not sampled"):
        data[::2]


# Content


def bytes_of(content, pages):
    return content.read(0, pages).tobytes()


@pytest.mark.parametrize("seed", range(8))
def test_writes_drops_and_copies_are_those_of_a_byte_string(seed):
    choose = Random(seed)
    pages = 8
    contents = [Content(), Content()]
    plain = [bytearray(pages * P), bytearray(pages * P)]
    committed = PageSet([(0, pages)])
    for step in range(120):
        which = choose.randrange(2)
        content, text = contents[which], plain[which]
        action = choose.random()
        if action < 0.6:
            offset = choose.choice([0, P, 1, P - 1, 3 * P + 100, choose.randrange(pages * P)])
            length = choose.choice([1, 5, P, P + 1, 3 * P])
            length = min(length, pages * P - offset)
            byte = choose.choice([0, 0, 1, 0x63, 0xFE])
            data = Data.fill(byte, length) if choose.random() < 0.6 else Data.of(choose.randbytes(length))
            content.write(offset, data)
            text[offset : offset + length] = data.tobytes()
        elif action < 0.8:
            start = choose.randrange(pages)
            end = choose.randrange(start, pages + 1)
            content.drop(start, end)
            text[start * P : end * P] = bytes((end - start) * P)
        else:
            # A copy lands where zeros were.
            start = choose.randrange(pages)
            end = choose.randrange(start, pages + 1)
            to = choose.randrange(pages - (end - start) + 1)
            content.drop(to, to + end - start)
            content.copy_range(contents[1 - which], start, end, to)
            text[to * P : (to + end - start) * P] = plain[1 - which][start * P : end * P]
        content.check(committed)
        assert bytes_of(content, pages) == bytes(text), f"seed {seed}, step {step}"
        page = choose.randrange(pages)
        assert content.page(page).tobytes() == text[page * P : (page + 1) * P], f"seed {seed}, step {step}"
        assert bool(content) == any(text)


def test_a_page_written_back_to_one_value_is_kept_as_that_value():
    content = Content()
    content.write(0, Data.of(b"a" * (P - 1) + b"b"))
    assert list(content.mixed) == [0] and not content.planes
    content.write(P - 1, Data.of(b"a"))
    assert not content.mixed and content.value(0) == ord("a")
    content.write(0, Data.fill(0, P))
    assert not content


def test_zeros_at_both_ends_of_a_page_are_not_kept():
    content = Content()
    content.write(100, Data.of(b"hello"))
    assert content.mixed == {0: (100, b"hello")}


def broken(change, law):
    content = Content()
    content.write(0, Data.of(b"hello"))
    content.write(P, Data.fill(7, P))
    content.write(2 * P, Data.fill(8, P))
    committed = PageSet([(0, 3)])
    content.check(committed)
    change(content, committed)
    with pytest.raises(AssertionError, match=law):
        content.check(committed)


def test_a_page_without_a_frame_has_no_content():
    broken(lambda content, committed: committed.discard(0), "not committed")
    broken(lambda content, committed: committed.discard(2), "not committed")


def test_a_page_is_filled_or_mixed():
    broken(lambda content, committed: content.planes[4].add(0), "a filled page too")


def test_sets_and_bytes_agree():
    broken(lambda content, committed: content.mixed_pages.add(1), "differ")
    broken(lambda content, committed: content.planes[4].clear(), "empty")
    broken(lambda content, committed: content.planes.update({256: PageSet([(0, 1)])}), "of no bit of a byte")
    broken(lambda content, committed: content.mixed.update({0: (0, b"hello\0")}), "not trimmed")
    broken(lambda content, committed: content.mixed.update({0: (P - 2, b"hello")}), "not trimmed")
