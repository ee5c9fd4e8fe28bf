"""Where kshell runs: closed pipes, no terminal, odd terminals, no home, a read-only home, a full disk."""

import os
import subprocess
import sys

import pytest

from tests.program import ROOT, kshell
from tests.screen import Terminal

KSHELL = f"{sys.executable} -m kshell"


def shell(line, **environment):
    return subprocess.run(
        ["/bin/bash", "-c", line],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        timeout=60,
    )


@pytest.mark.parametrize("reader", ["head -1", "true", "exec 0<&-; true"])
def test_a_reader_that_goes_away_is_no_error(reader):
    done = shell(f"{KSHELL} -c ps -c 'vmaps 3020' -c 'k mx ps' | ({reader}); echo ${{PIPESTATUS[0]}}")
    assert done.stderr == "" and done.stdout.endswith("0\n")


def test_closed_standard_streams():
    assert shell(f"{KSHELL} -c 'vmo_create 4k' >&-; echo $?").stdout.endswith("0\n")
    assert "Traceback" not in shell(f"{KSHELL} -c nonsense 2>&-").stdout
    assert "Traceback" not in shell(f"{KSHELL} - <&-").stderr


def test_a_full_disk_for_standard_output_is_one_line():
    done = shell(f"{KSHELL} -c ps > /dev/full; echo $?")
    assert done.stdout == "1\n"
    assert done.stderr == "kshell: cannot write the output: No space left on device\n"


@pytest.mark.parametrize("language", ["C", "POSIX", "en_US.ISO-8859-1"])
def test_any_language(language):
    done = kshell("-c", "spawn ä漢", "-c", "ps", env={"LANG": language, "LC_ALL": language, "PYTHONUTF8": "0"})
    assert done.returncode == 0 and "Traceback" not in done.stderr


def test_without_a_terminal_nothing_but_the_output():
    done = kshell(stdin="vmo_create 4k\nps\n", env={"TERM": "", "HOME": "/nowhere"})
    assert done.stderr == "" and "\x1b" not in done.stdout and done.stdout.count("TASK") == 2


def console(tmp_path, *arguments, columns=100, lines=30, prompt="magenta$", **environment):
    terminal = Terminal(tmp_path, *arguments, columns=columns, lines=lines, **environment)
    terminal.wait(lambda: any(line.startswith(prompt) for line in terminal.lines), "the prompt")
    return terminal


def answer(terminal, line, wanted):
    terminal.type(line + "\r")
    terminal.wait_for(wanted)


def test_a_dumb_terminal(tmp_path):
    terminal = console(tmp_path, TERM="dumb")
    answer(terminal, "vmo_create 4k", "handle 2080213179")
    assert terminal.leave() == 0


def test_no_color_has_no_colours(tmp_path):
    terminal = console(tmp_path, NO_COLOR="1")
    answer(terminal, "vmo_create 4k", "handle 2080213179")
    row = next(y for y, line in enumerate(terminal.lines) if "vmo_create" in line)
    assert {terminal.screen.buffer[row][x].fg for x in range(24)} == {"default"}
    assert terminal.leave() == 0


@pytest.mark.parametrize("columns, lines", [(20, 10), (200, 50), (40, 4)])
def test_small_and_large_terminals(tmp_path, columns, lines):
    terminal = console(tmp_path, columns=columns, lines=lines)
    answer(terminal, "vmo_create 4k", "0213179")
    assert terminal.leave() == 0


@pytest.mark.parametrize("home", ["", "/nowhere/at/all", "/dev/null"])
def test_no_home(tmp_path, home):
    terminal = console(tmp_path, HOME=home)
    answer(terminal, "vmo_create 4k", "handle 2080213179")
    assert terminal.leave() == 0


def test_a_full_disk_for_history():
    from kshell.console.history import LineHistory

    history = LineHistory()
    history.path = "/dev/full"
    history.append_string("vmo_create 4k")
    assert history.get_strings() == ["vmo_create 4k"]


def test_the_console_takes_up_a_journal(tmp_path):
    journal = str(tmp_path / "j")
    terminal = console(tmp_path, "--journal", journal)
    answer(terminal, "a = vmo_create 64k", "magenta$")
    answer(terminal, "spawn demo", "process 3")
    answer(terminal, "attach demo", "magenta[demo]$")
    terminal.process.kill(9)
    terminal.process.wait()
    again = console(tmp_path, "--journal", journal, prompt="magenta[demo]$")
    answer(again, "vars", "$a = 2080213179")
    assert again.leave() == 0
