"""What prose shows works: commands in the text of papers, help and the man page, and programs in shell blocks.

A piece of code is run when its first word is a command. What names a placeholder (TASK, FILE, ...) is a form and not an
example, and so is a command's name alone.
"""

import os
import re
import subprocess
import sys

import pytest

from kshell.commands.help.help import text_about
from kshell.commands.help.words import words
from kshell.options import USAGE
from kshell.shell import registry
from tests.commands.support import fresh
from tests.program import ROOT

registry.load()
PAPERS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
MAN = (ROOT / "kshell/man/kshell.1").read_text()
# What other debuggers take.
FOREIGN = {"set $x=1"}
PLACEHOLDER = re.compile(r"\b[A-Z]{2,}\b|\bN\b|\bLINE\b|\.\.\.")
# What the examples in prose speak of.
PREPARED = (
    *("spawn demo", "m = map 1M", "addr = map 1M", "a = vmo_create 16k", "x = vmo_create 16k", "h = handles", "p = ps"),
    *("before = ps", "expect NO_ERROR touch $m 4k", "after = ps", "spawn other"),
)


def sources():
    """(where, text) of everything that is written for people."""
    for path in PAPERS:
        yield path.name, path.read_text()
    for topic in ("", "quirks", *registry.COMMANDS, *words().values()):
        yield f"help {topic}", text_about(topic)
    # In the man page `.Ic` marks what is typed.
    typed = re.sub(r" Ar \w+", " WORD", "\n".join(re.findall(r"^\.Ic (.*)$", MAN, re.MULTILINE)))
    yield "man", "".join(f"`{found}`\n" for found in typed.splitlines())


def inline(text):
    """The pieces of code in prose, each in one line."""
    prose = re.sub(r"^(`{3,}).*?^\1", "", text, flags=re.MULTILINE | re.DOTALL)
    return [" ".join(code.split()) for code in re.findall(r"`([^`]+)`", prose)]


def examples():
    """{command: where it is shown}, each once."""
    found = {}
    for place, text in sources():
        for code in inline(text):
            command = re.sub(r"^(\w+ = |! |expect \w+ )*", "", code)
            first, _, rest = command.partition(" ")
            # `watch` goes on until Ctrl-C.
            if code in FOREIGN:
                continue
            if (rest or command != code) and not PLACEHOLDER.search(code) and first != "watch" and registry.find(first):
                found.setdefault(code.replace(r"\|", "|"), place)
    return found


EXAMPLES = examples()


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_in_prose_runs(line, tmp_path, monkeypatch):
    """W6: it is not refused as a line that is wrong, and `--calls` shows calls."""
    monkeypatch.chdir(tmp_path)
    session = fresh()
    for before in PREPARED:
        assert all(outcome.ok for outcome in session.run(before)), before
    outcome = list(session.run(line))[-1]
    assert outcome.exit not in (2, 127), f"{EXAMPLES[line]}: {outcome.error}"
    shows_calls = line.endswith(" --calls") and " -- " not in line
    assert not shows_calls or outcome.notes.startswith("mx_"), EXAMPLES[line]


def test_the_examples_are_found():
    assert len(EXAMPLES) > 40 and "map 64k --calls" in EXAMPLES and "help '--format'" in EXAMPLES


def programs():
    """{line of a shell: where it is shown} of everything that starts kshell."""
    found = {}
    for path in PAPERS:
        text = path.read_text()
        blocks = "".join(re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
        for line in [*blocks.splitlines(), *inline(text)]:
            found.setdefault(line.partition("  #")[0].strip(), path.name)
    for place, text in (("--help", USAGE.partition("examples:")[2].partition("exit values")[0]), ("man", MAN)):
        for line in re.findall(r"^(?:\.Dl|  ) ?((?:kshell|echo) .*)$", text, re.MULTILINE):
            found.setdefault(line, place)
    starts = re.compile(r"^(?:[^|]*\| *)?kshell(?: |$)")
    # `-i` needs a terminal.
    return {
        line: place
        for line, place in found.items()
        if starts.match(line) and not PLACEHOLDER.search(line) and " -i " not in line
    }


PROGRAMS = programs()


@pytest.mark.parametrize("line", PROGRAMS)
def test_a_shell_line_that_papers_show_runs(line, tmp_path):
    """W6: with a script, a document and a line of standard input at hand."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin/kshell"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kshell "$@"\n')
    program.chmod(0o755)
    (tmp_path / "commands").write_text("ps\n")
    exercise = "title: a\ngoal: b\nrun: stat mine\nassert: 1 == 1\n"
    (tmp_path / "lesson.md").write_text(f"```\nmagenta$ echo hi\nhi\n```\n```exercise\n{exercise}```\n")
    for name in ("anna.kshell", "ben.kshell"):
        (tmp_path / name).write_text("spawn mine\n")
    (tmp_path / "README.md").write_text((ROOT / "README.md").read_text())
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        input="ps\n",
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{PROGRAMS[line]}: {done.stderr}"


def test_the_shell_lines_are_found():
    assert {"kshell -c ps", "kshell unmapped-vmo", "echo 'vmo_create 4k' | kshell --json -"} <= set(PROGRAMS)
