"""The command line: scripts, lines, documents, options, exit values."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import kshell as package
from kshell.kernel.compiling import compiled
from tests.program import ROOT, kshell


def test_a_line_prints_and_succeeds():
    done = kshell("-c", "ps")
    assert done.returncode == 0 and done.stderr == "" and done.stdout.startswith("TASK        VIRT     RES NAME\n")


@pytest.mark.parametrize(
    ("lines", "exit_", "complaint"),
    [
        (["foo"], 127, "-c:1: foo: no such command"),
        (["vmo_create"], 2, "-c:1: vmo_create: SIZE is missing"),
        (["echo 'a"], 2, "-c:1: /boot/bin/sh: 1: syntax error"),
        (["kill 9"], 1, "no task found\n-c:1: kill: no task found"),
        (["ps", "vmo_read 1 0 1"], 1, "-c:2: vmo_read: ERR_BAD_HANDLE (-11): 1 is not a handle"),
    ],
)
def test_a_failure_names_the_place_and_ends_the_run(lines, exit_, complaint):
    done = kshell(*[word for line in [*lines, "echo never"] for word in ("-c", line)])
    assert done.returncode == exit_ and complaint in done.stderr and "never" not in done.stdout


def test_keep_going_runs_on_and_still_fails():
    done = kshell("-k", "-c", "foo", "-c", "echo on")
    assert done.returncode == 127 and done.stdout == "on\n"


def test_a_failure_that_the_line_deals_with_is_none():
    done = kshell("-c", "vmaps 9 || echo handled", "-c", "echo on")
    assert done.returncode == 0 and done.stdout == "handled\non\n"


def test_script_files_share_a_session_and_name_their_lines(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text("# a script\na = vmo_create 4k\n\n")
    second.write_text("vmo_get_size $a\nvmo_read $a 8k 1\necho never\n")
    done = kshell(str(first), str(second))
    assert done.stdout == "size 4096\n" and done.returncode == 1
    assert done.stderr.startswith(f"{second}:2: vmo_read: ERR_OUT_OF_RANGE (-14): ")


def test_standard_input_is_a_script():
    done = kshell(stdin="echo one\necho two")
    assert done.stdout == "one\ntwo\n" and done.returncode == 0
    assert kshell("-", stdin="foo\n").stderr.endswith("-:1: foo: no such command\n")


def test_a_document_runs_as_a_script(tmp_path):
    path = tmp_path / "lesson.md"
    path.write_text("text\n```\nmagenta$ echo one\nnot compared\nmagenta$ foo\n```\n")
    done = kshell(str(path))
    assert done.stdout == "one\n" and f"{path}:5: foo" in done.stderr


@pytest.mark.parametrize(
    "name", sorted(path.stem for path in (Path(__file__).parent.parent / "scripts" / "demos").glob("*.kshell"))
)
def test_the_shipped_scripts_prove_what_they_say(name, tmp_path):
    done = kshell(name, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "") and done.stdout.count("\n") >= 1


def test_a_script_that_proves_nothing_fails(tmp_path):
    text = (ROOT / "scripts" / "demos" / "counted-twice.kshell").read_text()
    path = tmp_path / "wrong"
    path.write_text(text.replace("== $me.res+2M", "== $me.res+1M"))
    done = kshell(str(path))
    assert done.returncode == 1 and "does not hold" in done.stderr


def test_version_and_help_fit_a_screen():
    kind = ", compiled" if compiled() else ""
    assert kshell("--version").stdout == f"kshell {package.__version__}{kind}\n"
    text = kshell("--help").stdout
    assert len(text.splitlines()) <= 24 and max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--frob"], "there is no option --frob"),
        (["nosuchfile"], "there is no file nosuchfile"),
        (["-c"], "-c needs a value"),
        (["--memory", "1x", "-c", "ps"], "--memory: '1x' is not a number"),
        (["--memory", "32M", "-c", "ps"], "the image does not fit the machine"),
        (["--memory", "0", "-c", "ps"], "a machine needs more than"),
        (["--handles", "10", "-c", "ps"], "handle table is full"),
        (["--handles", "0", "-c", "ps"], "1 to 16777216 slots"),
        (["--boot", "nosuch.img", "-c", "ps"], "cannot read the boot image nosuch.img"),
        (["--boot", "README.md", "-c", "ps"], "README.md: line 1: this is not a boot image"),
        (["--check"], "needs a document"),
        (["--check", "nosuch.md"], "there is no document nosuch.md"),
        (["--journal", "/dev/null/x", "-c", "ps"], "cannot open the journal /dev/null/x: Not a directory"),
    ],
)
def test_wrong_arguments_are_one_line_and_exit_2(arguments, part):
    done = kshell(*arguments)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("kshell: ") and part in done.stderr and done.stderr.count("\n") == 1


def test_another_boot_image(tmp_path):
    path = tmp_path / "tiny.img"
    path.write_text(
        "kshell-image 1\nmemory 16M\njob 1028 1024 root\nprocess 1100 1028 only one\n"
        "  vmo a 16k 0-1\n  M 0x1000000 16k rw- a 0\n  thread 1102 main\n  handle process 1100\n  handle vmar 1101\n"
    )
    done = kshell("--boot", str(path), "-c", "ps", "-c", "m = map 4k", "-c", "stat", "--paranoid")
    assert "p:1100     16k      8k only one" in done.stdout and "virt     20480 (20k)" in done.stdout


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("frob 1", "line 2: frob 1"),
        ("job 1028", "line 2: job 1028"),
        ("job 1028 77 x", "job 1028 has no parent 77"),
        ("process 1100 1028 x", "process 1100 has no job 1028"),
        ("vmo 1025 4k 0-9 x", "not ascending inside 4096 bytes"),
        ("vmo 1025 9999999999999999999999 - x", "does not fit 64 bits"),
        ("job 1028 1024 a\njob 1028 1024 b", "koid 1028 is given twice"),
    ],
)
def test_a_broken_boot_image_names_the_line_or_the_koid(tmp_path, line, part):
    path = tmp_path / "bad.img"
    path.write_text(f"kshell-image 1\n{line}\n")
    done = kshell("--boot", str(path), "-c", "ps")
    assert done.returncode == 2 and part in done.stderr and done.stderr.count("\n") == 1


def test_random_addresses_come_from_the_seed():
    def addresses(*options):
        return kshell(*options, "-c", "m = map 4k", "-c", "n = map 4k", "-c", "echo $m $n").stdout

    assert addresses("--aslr", "7") == addresses("--aslr", "7") != addresses("--aslr", "8")
    assert addresses() == addresses() and addresses() not in (addresses("--aslr", "7"), "")


def test_a_closed_pipe_is_silent():
    done = subprocess.run(
        f"{sys.executable} -m kshell -c ps -c ps -c ps | head -1", shell=True, capture_output=True, text=True, cwd=ROOT
    )
    assert done.stdout == "TASK        VIRT     RES NAME\n" and done.stderr == ""


def test_an_interrupt_ends_a_script_with_130(tmp_path):
    path = tmp_path / "long"
    path.write_text("echo started\nrepeat 999999999 system_get_num_cpus\n")
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "kshell", "-k", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        # A shell that runs the tests in the background has them ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert process.stdout is not None and process.stdout.readline() == b"started\n"
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert process.returncode == 130 and b"Traceback" not in err
    finally:
        process.kill()


def test_the_readme_tells_the_truth():
    done = kshell("--check", "README.md")
    assert done.returncode == 0 and done.stdout.endswith(" commands, all as it says\n"), done.stdout


def test_check_shows_the_difference_with_its_line_and_exits_1(tmp_path):
    path = tmp_path / "wrong.md"
    path.write_text("```\nmagenta$ echo one\ntwo\n```\n")
    done = kshell("--check", str(path))
    assert done.returncode == 1
    assert done.stdout == (
        f"{path}:2: magenta$ echo one\n{path}:3: - two\n{path}:3: + one\n{path}: 1 command, 1 not as it says\n"
    )


def test_play_without_a_terminal_plays_through(tmp_path):
    path = tmp_path / "lesson.md"
    path.write_text("# Title\n\nprose\n```\nmagenta$ echo one\n...\nmagenta$ attach 3020\n```\n")
    assert kshell("--play", str(path)).stdout == "# Title\n\nprose\nmagenta$ echo one\none\nmagenta$ attach 3020\n"
