"""Tasks are found without a look at each, and a menu of those that are found is the menu of all."""

import random

import pytest

from kshell.console.completion import matching
from kshell.kernel.tasks import Job
from kshell.shell.arguments import JobTask, ProcessTask, Task
from kshell.shell.crowd import MOST
from tests.commands.support import fresh

WORDS = (
    *(
        "",
        "1",
        "3",
        "12",
        "31",
        "99",
        "3020",
        "0",
        "3" * 5000,
        "007",
        "p",
        "p:",
        "j:",
        "p:3",
        "p:12",
        "j:1",
        "P:3",
        "x:1",
    ),
    *("bench", "BEN", "n", "h-1", "-12", "sh:", "vc", "\\", "\\x", "é", "b\t", "\n", "nobody", "²", "٣"),
)


@pytest.fixture(scope="module")
def state():
    """More tasks than a menu shows; some share a name, some have a number in it or what is not shown as it is."""
    state = fresh().state
    draw = random.Random(1)
    for at in range(5 * MOST):
        name = draw.choice((b"bench", b"Bench-%d" % at, b"%d" % at, b"b\t\x07", "é".encode(), b"", b"\xff", b"a\0b"))
        state.machine.create_process(state.program_job, name)
        if not at % 3:
            Job(state.machine, state.machine.new_koid(), state.program_job, name)
    return state


def all_choices(state, param, word):
    """The choices of a parameter as they were before anybody looked for some of them."""
    prefix = word[:2] if word[:2] in ("p:", "j:") else ""
    tasks = [task for task in param.tasks(state) if not prefix or hasattr(task, "jobs") == (prefix == "j:")]
    names = state.shown_names([task.name for task in tasks])
    return [(f"{prefix}{task.koid}", names[task.name]) for task in tasks]


@pytest.mark.parametrize(
    "param", [Task("T"), ProcessTask("T", jobs="runs"), JobTask("T")], ids=lambda one: one.type_name
)
def test_the_menu_is_that_of_all_tasks(state, param):
    draw = random.Random(2)
    koids = [str(task.koid) for task in state.tasks()]
    begun = [koid[: draw.randrange(1, 6)] for koid in draw.sample(koids, 50)]
    scattered = ["".join(digit for digit in koid if draw.random() < 0.6) for koid in draw.sample(koids, 50)]
    for word in (*WORDS, *begun, *scattered):
        found, wanted = (
            [(one.shown, one.about) for one in matching(choices, word)]
            for choices in (param.completions(state, [word], 0), all_choices(state, param, word))
        )
        assert found == wanted, word
        typable = [text for text, _ in all_choices(state, param, word)]
        names = [about for _, about in all_choices(state, param, word)]
        begins = any(text.startswith(word) for text in typable) or any(name.startswith(word) for name in names)
        assert param.unfinished(state, [word], 0) == begins, word


def test_a_task_that_comes_goes_or_gets_another_name_is_seen_at_once():
    state = fresh().state
    task = Task("T")

    def offered(word):
        return dict(task.completions(state, [word], 0))

    assert not offered("demo")
    made = state.machine.create_process(state.program_job, b"demo")
    assert offered("demo") == {str(made.koid): "demo"}
    made.name = b"other"
    assert not offered("demo") and offered("other")
    assert task.unfinished(state, ["oth"], 0) and not task.unfinished(state, ["dem"], 0)
    made.kill()
    assert not offered("other")
