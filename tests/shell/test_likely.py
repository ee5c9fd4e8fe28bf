"""The names that can be meant are found without a look at each, and are those that a look at each would find."""

import random

from kshell.shell.likely import MOST, Likely

OTHERS = ("self", "vmar", "_", "?")


def test_few_names_are_all_likely():
    variables = {"vmo": 1, "Event": 2}
    for word in ("", "v", "x"):
        assert Likely(variables, OTHERS).names(word) == ["vmo", "Event", *OTHERS]


def test_of_very_many_the_latest_that_begin_so_come_first_and_then_the_latest_of_all():
    variables = {f"{'Ab'[at % 2]}{at}": at for at in range(4 * MOST)}
    found = Likely(variables, OTHERS).names("a")
    begin = [name for name in variables if name[0] == "A"][-MOST:]
    latest = [name for name in variables if name[0] == "b"][-MOST // 2 :]
    assert found == [*begin, *latest, *OTHERS]
    assert Likely(variables, OTHERS).names("") == [*[*variables][-MOST:], *OTHERS]


def test_a_name_that_begins_so_is_found_wherever_it_is():
    variables = dict.fromkeys(["needle", "Need", *(f"v{at}" for at in range(2 * MOST))])
    assert Likely(variables, OTHERS).names("need")[:2] == ["needle", "Need"]
    assert Likely(variables, OTHERS).names("needl")[0] == "needle"


def test_names_that_come_later_are_known():
    draw = random.Random(1)
    variables = {}
    likely = Likely(variables, OTHERS)
    for _ in range(300):
        for _ in range(draw.randrange(4)):
            variables["".join(draw.choices("ab", k=draw.randrange(1, 5)))] = None
        word = "".join(draw.choices("ab", k=draw.randrange(5)))
        names = [*variables, *OTHERS]
        assert likely.any_begins(word) == any(name.startswith(word) and name != word for name in names)
        assert likely.names(word)[-len(OTHERS) :] == list(OTHERS)
    assert likely.any_begins("sel") and not likely.any_begins("self")
