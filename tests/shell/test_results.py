"""What commands return: a value, fields, and text, made when they are asked for."""

import json

import pytest

from kshell.shell.results import Outcome, Result
from tests.commands.support import fresh, run

FIELDS = {
    "handles": [{"handle": 7, "koid": 70}, {"handle": 9, "koid": 90}],
    "addr": 4096,
    "vmar": {"handle": 11, "koid": 110},
    "plain": {"base": 1, "len": 2},
    "list": [5, 6],
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("addr", 4096),
        ("handles.0", 7),
        ("handles.1", 9),
        ("handles.1.koid", 90),
        ("vmar", 11),
        ("vmar.koid", 110),
        ("plain", {"base": 1, "len": 2}),
        ("plain.len", 2),
        ("list.0", 5),
        ("list.1", 6),
        ("more", 3),
        ("3020.res", 8192),
    ],
)
def test_a_path_leads_to_a_field(path, found):
    assert Result(1, FIELDS, extra={"more": 3, "3020": {"res": 8192}}).field(path) == found


@pytest.mark.parametrize(
    ("path", "step"),
    [
        ("nope", "nope"),
        ("handles.2", "2"),
        ("handles.9999999999", "9999999999"),
        ("handles.x", "x"),
        ("addr.x", "x"),
        ("vmar.nope", "nope"),
        ("0", "0"),
        ("", ""),
        ("list.0.0", "0"),
    ],
)
def test_a_path_that_leads_nowhere_names_the_step(path, step):
    with pytest.raises(KeyError) as failure:
        Result(1, FIELDS).field(path)
    assert failure.value.args[0] == step


def test_a_number_is_short_for_an_entry_of_the_only_list():
    pair = Result(7, {"handles": FIELDS["handles"]})
    assert (pair.field("0"), pair.field("1"), pair.field("1.koid")) == (7, 9, 90)
    for wrong in ("2", "0.0", "x"):
        with pytest.raises(KeyError):
            pair.field(wrong)
    with pytest.raises(KeyError):
        Result(1, {"size": 5}).field("0")


def test_text_fields_and_further_names_are_made_once_and_only_when_asked_for():
    made = []

    def make(what, value):
        def now():
            made.append(what)
            return value

        return now

    result = Result(1, make("fields", {"a": 1}), make("text", "hello\n"), extra=make("extra", {"b": 2}))
    assert made == []
    assert result.output() == result.output() == "hello\n" and made == ["text"]
    assert result.fields == result.fields == {"a": 1} and made == ["text", "fields"]
    assert result.extra == {"b": 2} and result.names() == ["a", "b"] and result.field("b") == 2
    assert made == ["text", "fields", "extra"]


def test_a_result_of_nothing():
    result = Result()
    assert (result.value, result.fields, result.extra, result.output(), result.err, result.exit) == (
        None, {}, {}, "", "", 0,
    )  # fmt: skip
    assert result.names() == []


def test_an_outcome_as_json():
    session = fresh()
    found = [
        json.loads(outcome.to_json())
        for line in ("v = vmo_create 4k", "vmo_get_size 4", "echo $v.koid", "vmaps 9", "foo")
        for outcome in [run(session, line)]
    ]
    handle = found[0]["result"]["handle"]
    assert found[0] == {
        "line": "v = vmo_create 4k",
        "command": "vmo_create",
        "ok": True,
        "exit": 0,
        "status": "NO_ERROR",
        "code": 0,
        "reason": None,
        "result": {"handle": handle, "koid": 3183},
        "output": "",
        "number": 0,
        "last": True,
    }
    assert [one["status"] for one in found] == ["NO_ERROR", "ERR_BAD_HANDLE", "NO_ERROR", None, None]
    assert [one["code"] for one in found] == [0, -11, 0, None, None]
    assert [one["ok"] for one in found] == [True, False, True, False, False]
    assert [one["result"] for one in found[1:]] == [{}] * 4 and found[2]["output"] == "3183\n"


def outcome(**members):
    made = Outcome("line", "word")
    for name, value in members.items():
        setattr(made, name, value)
    return made


def test_a_complaint_names_the_place_where_there_is_one():
    failed = outcome(ok=False, exit=1, error="word: why\n")
    assert failed.complaint() == "word: why\n" and failed.complaint("f:3") == "f:3: word: why\n"
    assert outcome(ok=False, exit=1, error="word: why\n", place="g:7").complaint("f:3") == "g:7: word: why\n"
    # What a tool or the shell has said in its own words stays, and the place follows.
    tool = outcome(ok=False, exit=-1, error="no task found\n", reason="no task found", result=Result(exit_=-1))
    assert tool.complaint("f:3") == "no task found\nf:3: word: no task found\n"
    silent = outcome(ok=False, exit=7, result=Result(exit_=7))
    assert silent.complaint("f:3") == "f:3: word: exit 7\n"
    unknown = outcome(ok=False, exit=127, error="sh: not found\n", reason="no such command\nmore")
    assert unknown.complaint("f:3") == "sh: not found\nf:3: word: no such command\n"


def test_what_succeeded_or_was_dealt_with_has_no_place():
    assert outcome(error="a warning\n").complaint("f:3") == "a warning\n"
    assert outcome(ok=False, exit=1, error="why\n", forgiven=True).complaint("f:3") == "why\n"
