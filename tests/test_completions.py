"""kshell's own command line: completion in real shells, the man page, the usage."""

import os
import shutil
import subprocess
import sys

import pytest

from kshell.completions import FILES, script
from kshell.options import MACHINE_OPTIONS, SWITCHES, USAGE, VALUE_OPTIONS
from tests.program import ROOT, kshell

OPTIONS = sorted({*MACHINE_OPTIONS, *VALUE_OPTIONS, *SWITCHES, "-c", "--args"})


@pytest.fixture
def path(tmp_path):
    """$PATH with a `kshell` that is this one."""
    starter = tmp_path / "bin" / "kshell"
    starter.parent.mkdir()
    starter.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m kshell "$@"\n')
    starter.chmod(0o755)
    return f"{starter.parent}:{os.environ['PATH']}"


def run(path, folder, *command):
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=folder, env={**os.environ, "PATH": path}, timeout=60
    )
    return done.stdout.split()


def bash(path, folder, *words):
    line = " ".join(words)
    text = f'source <(kshell --completion bash); COMP_WORDS=({line} ""); COMP_CWORD={len(words)};'
    if words[-1] != "_":
        text = f"source <(kshell --completion bash); COMP_WORDS=({line}); COMP_CWORD={len(words) - 1};"
    return run(path, folder, "bash", "--norc", "-c", text + ' _kshell; printf "%s\\n" "${COMPREPLY[@]}"')


def test_bash_completes_options_scripts_and_files(path, tmp_path):
    (tmp_path / "mine.kshell").write_text("ps\n")
    assert bash(path, tmp_path, "kshell", "--me") == ["--memory"]
    assert bash(path, tmp_path, "kshell", "million") == ["million-handles"]
    assert bash(path, tmp_path, "kshell", "mi") == ["mine.kshell", "million-handles"]
    assert bash(path, tmp_path, "kshell", "--completion", "z") == ["zsh"]


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_completes(path, tmp_path):
    text = "kshell --completion fish | source; complete -C 'kshell --me'; complete -C 'kshell mill'"
    words = run(path, tmp_path, "fish", "--no-config", "-c", text)
    assert "--memory" in words and "million-handles" in words


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_takes_the_script(path, tmp_path):
    text = (
        "autoload -U compinit && compinit -D -u; source <(kshell --completion zsh) && echo ${_comps[kshell]}; "
        "functions _kshell | grep -c memory"
    )
    assert run(path, tmp_path, "zsh", "-f", "-c", text) == ["_kshell", "1"]


@pytest.mark.parametrize("shell", FILES)
def test_every_option_is_completed(shell):
    text = script(shell)
    for option in OPTIONS:
        words = (option, f"-l {option[2:]}", f"-s {option[1:]}")
        assert any(word in text for word in words), option


def test_another_shell_is_one_line():
    done = kshell("--completion", "tcsh")
    assert (done.returncode, done.stderr) == (2, "kshell: --completion takes one of bash, zsh, fish, not 'tcsh'\n")


def test_every_option_is_in_the_man_page_and_the_usage():
    page = (ROOT / "kshell/man/kshell.1").read_text()
    for option in OPTIONS:
        name = option.lstrip("-")
        assert f"Fl Fl {name}" in page or f"Fl {name}" in page, option
        assert option in USAGE


def test_the_usage_fits_a_screen():
    lines = USAGE.split("\n")
    assert len(lines) <= 24 and max(map(len, lines)) <= 80


@pytest.mark.skipif(shutil.which("mandoc") is None, reason="mandoc is not installed")
def test_the_man_page_is_sound():
    done = subprocess.run(
        ["mandoc", "-Tlint", "-Wwarning", ROOT / "kshell/man/kshell.1"], capture_output=True, text=True, check=False
    )
    assert done.stdout == ""
