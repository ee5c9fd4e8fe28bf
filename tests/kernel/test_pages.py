"""PageSet has the laws of a set of integers, in both of its shapes and across the change between them."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kshell.kernel import pages as pages_module
from kshell.kernel.pages import LIMIT, MAX_RUNS, WINDOW, PageSet

small = st.integers(0, 400)
# Around a window's end, where runs found piece by piece have to be joined.
wide = st.one_of(small, st.integers(WINDOW - 40, WINDOW + 40), st.integers(3 * WINDOW - 5, 3 * WINDOW + 5))
operations = st.lists(
    st.tuples(st.sampled_from(["add", "discard", "add_range", "remove_range"]), wide, st.integers(0, 60)), max_size=300
)


def members(pages):
    return {page for start, end in pages.runs() for page in range(start, end)}


def runs_of(values):
    runs = []
    for value in sorted(values):
        if runs and runs[-1][1] == value:
            runs[-1] = (runs[-1][0], value + 1)
        else:
            runs.append((value, value + 1))
    return runs


def apply(pages, model, operation, start, length):
    span = set(range(start, start + length))
    if operation == "add":
        assert pages.add(start) == (start not in model)
        model.add(start)
    elif operation == "discard":
        assert pages.discard(start) == (start in model)
        model.discard(start)
    elif operation == "add_range":
        assert pages.add_range(start, start + length) == len(span - model)
        model |= span
    else:
        assert pages.remove_range(start, start + length) == len(span & model)
        model -= span


@given(operations, wide, st.integers(0, 3000))
def test_agrees_with_a_set_of_integers(steps, start, length):
    pages, model = PageSet(), set()
    for step in steps:
        apply(pages, model, *step)
        assert len(pages) == len(model) and bool(pages) == bool(model)
    end = start + length
    assert list(pages.runs()) == runs_of(model)
    assert list(pages.runs(start, end)) == runs_of(page for page in model if start <= page < end)
    assert list(pages.gaps(start, end)) == runs_of(set(range(start, end)) - model)
    assert pages.count_range(start, end) == sum(start <= page < end for page in model)
    assert pages.contains_range(start, end) == (set(range(start, end)) <= model)
    assert pages.first(start) == min((page for page in model if page >= start), default=None)
    assert all((page in pages) == (page in model) for page in range(start, min(end, start + 50)))


@given(operations, operations, st.integers(0, 500))
def test_algebra(left_steps, right_steps, shift):
    left, right, left_model, right_model = PageSet(), PageSet(), set(), set()
    for step in left_steps:
        apply(left, left_model, *step)
    for step in right_steps:
        apply(right, right_model, *step)
    assert members(left | right) == left_model | right_model
    assert members(left & right) == left_model & right_model
    assert members(left - right) == left_model - right_model
    assert members(left.shifted(shift)) == {page + shift for page in left_model}
    assert left.shifted(shift).shifted(-shift) == left
    assert (left == right) == (left_model == right_model)
    twin = left.copy()
    assert twin == left
    twin.update(right)
    assert members(twin) == left_model | right_model and members(left) == left_model
    twin.difference_update(right)
    assert members(twin) == left_model - right_model


@pytest.mark.parametrize("left", [set(range(0, 600, 3)), {*range(40, 90)}, set()], ids=["many", "one run", "none"])
@pytest.mark.parametrize("right", [set(range(0, 600, 2)), set(range(0, 600, 3)), {*range(300)}], ids=["2", "3", "run"])
def test_algebra_of_either_shape_with_either(left, right):
    for operation, wanted in (("update", left | right), ("difference_update", left - right)):
        made, other = PageSet(runs_of(left)), PageSet(runs_of(right))
        getattr(made, operation)(other)
        assert members(made) == wanted and len(made) == len(wanted) and members(other) == right
        # Each has its members to itself.
        made.add(1000)
        assert 1000 not in other and made.add_range(1001, 1003) == 2
    made = PageSet(runs_of(right))
    part = made.window(100, 200)
    assert members(part) == {page for page in right if 100 <= page < 200} and len(part) == len(members(part))
    part.clear()
    assert members(made) == right


def test_both_shapes_of_the_same_set_are_equal():
    bits = PageSet((page, page + 1) for page in range(0, 4 * MAX_RUNS, 2))
    runs = bits.copy()
    for page in range(1, 4 * MAX_RUNS, 2):
        bits.add(page)
    runs.add_range(0, 4 * MAX_RUNS)
    assert bits == runs == PageSet([(0, 4 * MAX_RUNS)])


def test_a_set_that_became_simple_is_simple_again():
    pages = PageSet((page, page + 1) for page in range(0, 10 * MAX_RUNS, 2))
    pages.remove_range(3, LIMIT)
    assert list(pages.runs()) == [(0, 1), (2, 3)]
    # A set of few runs is copied and counted without a bitmap: a terabyte costs no more than a page.
    assert pages.add_range(4, 1 << 28) == (1 << 28) - 4
    assert pages.count_range(0, LIMIT) == len(pages) == (1 << 28) - 2


def test_ranges_reach_to_the_last_page_of_the_largest_object():
    pages = PageSet()
    assert pages.add_range(LIMIT - 2, LIMIT) == 2
    assert list(pages.runs()) == [(LIMIT - 2, LIMIT)]
    assert pages.remove_range(0, LIMIT) == 2 and not pages


def test_without_pyroaring_a_set_stays_a_list_and_is_right(monkeypatch):
    """Compiled code cannot be loaded from a zip archive."""
    monkeypatch.setitem(sys.modules, "pyroaring", None)
    monkeypatch.setattr(pages_module, "MAX_RUNS", MAX_RUNS)
    pages, model = PageSet(), set()
    for page in range(0, 8 * MAX_RUNS, 2):
        apply(pages, model, "add", page, 1)
    apply(pages, model, "add_range", 30, 100)
    apply(pages, model, "remove_range", 60, 41)
    assert members(pages) == model and len(pages) == len(model)
    assert list(pages.gaps(0, 40)) == runs_of(set(range(40)) - model)


@pytest.mark.parametrize("count", [0, 1, MAX_RUNS, MAX_RUNS + 1])
def test_runs_that_do_not_touch_are_a_set_at_once(count):
    runs = tuple((3 * at, 3 * at + 2) for at in range(count))
    made, added = PageSet(), PageSet(runs)
    made.begin(runs)
    assert made == added and len(made) == 2 * count and tuple(made.runs()) == runs
    assert (made._bits is None) == (added._bits is None)


@pytest.mark.parametrize("runs", [(), ((3, 9),), ((3, 9), (12, 13)), tuple((3 * at, 3 * at + 2) for at in range(99))])
def test_what_is_listed_are_the_runs(runs):
    pages = PageSet(runs)
    for start, end in ((0, 300), (3, 9), (4, 9), (3, 8), (9, 12), (0, 3), (5, 13), (7, 7)):
        assert pages.listed(start, end) == list(pages.runs(start, end))
