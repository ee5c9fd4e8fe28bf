"""The doors between kshell and the host: options and modes, the sandbox, what is read, and what is printed."""

import itertools
import os
import subprocess
import sys
import threading

import pytest

from kshell.options import LEARN, MODES, SWITCHES, USAGE, VALUE_OPTIONS, read_arguments
from kshell.shell.errors import UsageError
from kshell.shell.header import MACHINE_OPTIONS
from tests.program import ROOT, kshell

DOCUMENT = "# A lesson\n\n```\nmagenta$ echo x > pwned\nmagenta$ ps | touch pwned\nmagenta$ save pwned\n```\n"
VALUES = {
    "--boot": "magenta.img",
    "--completion": "bash",
    "--export": "page.html",
    "--grade": "lesson.md",
    "--journal": "j",
    "--record": "r.cast",
    "-c": "ps",
    "FILE": "lesson.md",
}
SINGLE = {"--interactive", "--json"}


@pytest.mark.parametrize("mode", [mode for mode, taken in MODES.items() if taken is not None])
def test_every_option_is_honoured_or_refused_in_every_mode(mode):
    """S1, S5: no option is dropped without a word."""
    for option in (*MACHINE_OPTIONS, *VALUE_OPTIONS, *SWITCHES, "-c", "FILE", "--args"):
        if option == mode or MODES.get(option, ()) is None:
            continue
        words = [mode, *([VALUES[mode]] if mode in VALUES else [])]
        if "FILE" in MODES[mode]:
            words.append("lesson.md")
        if option != "FILE":
            words.append(option)
        if option in (*MACHINE_OPTIONS, *VALUE_OPTIONS, "-c", "FILE"):
            words.append(VALUES.get(option, "1"))
        try:
            read_arguments(words)
        except UsageError as error:
            assert option not in MODES[mode] and "does not go with" in error.message, words
        else:
            assert option in MODES[mode], words


def test_two_modes_at_once_are_refused():
    """S5: `kshell --check A --play B -c ps` is not one of the three."""
    modes = [mode for mode, taken in MODES.items() if taken is not None]
    for one, other in itertools.permutations(modes, 2):
        if other == LEARN:
            # It is one only as the first word; elsewhere it is a file of that name.
            continue
        words = [word for mode in (one, other) for word in (mode, *([VALUES[mode]] if mode in VALUES else []))]
        with pytest.raises(UsageError, match="does not go with"):
            read_arguments([*words, "lesson.md"])


def test_every_option_is_in_a_mode_or_runs_lines():
    for option in (*MACHINE_OPTIONS, *VALUE_OPTIONS, *SWITCHES):
        assert option in USAGE


@pytest.mark.parametrize("mode", ("--check", "--update", "--play", ""))
def test_the_sandbox_is_a_property_of_the_program(tmp_path, mode):
    """S1: a document's commands touch nothing in the sandbox, whatever shows or checks it."""
    (tmp_path / "evil.md").write_text(DOCUMENT)
    before = sorted(os.listdir(tmp_path))
    done = kshell("--sandbox", *filter(None, [mode]), "evil.md", cwd=tmp_path)
    assert sorted(os.listdir(tmp_path)) == before
    assert "this console runs in a sandbox" in done.stdout + done.stderr


def test_every_session_is_made_in_one_place():
    """S1: `start.py` makes the sessions of the program and their hosts; a session without a host reaches nothing."""
    import ast

    from kshell.kernel.boot import boot
    from kshell.shell.session import Session
    from kshell.start import read_image

    makers = {"Session": {"kshell/start.py", "kshell/shell/session.py"}, "Host": {"kshell/start.py"}}
    for folder in ("kshell", "commands"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in makers:
                    assert name in makers[node.func.id] or name.startswith("kshell/commands"), name
    session = Session(boot(read_image(None)))
    assert "sandbox" in "".join(outcome.error for outcome in session.run("ps | cat"))
    with pytest.raises(AttributeError):
        session.host = None


def test_in_the_sandbox_only_the_command_line_names_files(tmp_path):
    """S7: the first line of a script or journal names no boot image there."""
    secret = tmp_path / "secret"
    secret.write_text("the secret\n")
    (tmp_path / "s.kshell").write_text(f"#! kshell --boot {secret}\nps\n")
    done = kshell("--sandbox", tmp_path / "s.kshell")
    assert done.returncode == 2 and "in the sandbox only the command line names files" in done.stderr
    assert "line 1" not in done.stderr
    done = kshell("--sandbox", "--boot", secret, tmp_path / "s.kshell")
    assert done.returncode == 2 and "this is not a boot image" in done.stderr
    (tmp_path / "image").write_text((ROOT / "kshell/images/magenta.img").read_text())
    assert kshell("--boot", tmp_path / "image", "--journal", tmp_path / "j", "-c", "ps").returncode == 0
    done = kshell("--sandbox", "--journal", tmp_path / "j", "-c", "ps")
    assert done.returncode == 2 and "in the sandbox only the command line names files" in done.stderr


def test_lines_and_files_run_in_the_order_of_the_command_line(tmp_path):
    """W5: `kshell FILE -c LINE` runs FILE first."""
    (tmp_path / "f").write_text("echo file\n")
    done = kshell("-c", "echo one", tmp_path / "f", "-c", "echo two", "-c", "echo three")
    assert done.stdout == "one\nfile\ntwo\nthree\n"
    assert kshell(tmp_path / "f", "-c", "nonsense").stdout == "file\n"


@pytest.fixture
def fifo(tmp_path):
    path = tmp_path / "fifo"
    os.mkfifo(path)
    return path


@pytest.mark.parametrize(
    "words",
    [
        ("{}",), ("--boot", "{}", "-c", "ps"), ("--journal", "{}", "-c", "ps"), ("--check", "{}"), ("--play", "{}"),
        ("-c", "load {}"), ("-c", "save {}"), ("-c", "ps > {}"), ("-c", "ps >> {}"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_pipe_in_place_of_a_file_does_not_hang(fifo, words):
    """N8, S4: what is not a file is refused at once."""
    done = kshell(*(word.format(fifo) for word in words))
    assert done.returncode in (1, 2) and str(fifo) in done.stderr, done.stderr
    assert "a pipe" in done.stderr or "nobody reads this pipe" in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("/dev/zero",), ("--boot", "/dev/zero", "-c", "ps"), ("--check", "/dev/zero"), ("-c", "load /dev/zero"),
        ("--journal", "/dev/zero", "-c", "ps"), ("--journal", "/dev/null", "-c", "ps"), ("-c", "save /dev/zero"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_endless_input_in_place_of_a_file_is_refused(words):
    """N9, S4: the reason is a device, and not the output."""
    done = kshell(*words)
    assert done.returncode in (1, 2) and "a device" in done.stderr and done.stderr.count("\n") == 1, done.stderr


def test_a_pipe_of_the_command_line_is_a_script():
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m kshell <(echo echo hi)"], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("hi\n", "")


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    """N9: reads are bounded."""
    with open(tmp_path / "big", "wb") as file:
        file.truncate(1 << 40)
    for words in (("big",), ("--boot", "big", "-c", "ps"), ("-c", "load big"), ("--check", "big")):
        done = kshell(*words, cwd=tmp_path)
        assert done.returncode in (1, 2) and "it has more than 256M" in done.stderr, done.stderr


def test_standard_input_without_a_newline_ends():
    """N9: a line that is too long is one clear line; endless ones end."""
    line = "x" * (1 << 21)
    done = kshell("-k", "-", stdin=f"{line}\necho next\n")
    assert done.stdout == "next\n" and "a line has at most 1048576" in done.stderr and len(done.stderr) < 300
    command = [sys.executable, "-m", "kshell", "-k", "-"]
    with open("/dev/zero") as zeros:
        done = subprocess.run(command, stdin=zeros, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 2 and done.stderr.count("\n") == 1


ESCAPE = "\x1b]0;owned\x07"


@pytest.mark.parametrize(
    "words",
    [
        (f"no{ESCAPE}such",), (f"--no{ESCAPE}such",), ("--boot", f"no{ESCAPE}such", "-c", "ps"),
        ("--memory", f"1{ESCAPE}", "-c", "ps"), ("--boot", "image", "-c", "ps"), ("--check", "doc.md"),
        ("--play", "doc.md"), ("script",), ("--journal", "script", "-c", "ps"), ("--completion", ESCAPE),
        ("--journal", f"no/{ESCAPE}", "-c", "ps"), ("-c", f"load no{ESCAPE}"), ("-c", f"echo {ESCAPE}"),
        ("-c", f"ps > no/{ESCAPE}"), ("-c", f"nonsense{ESCAPE}"), ("-c", f"save no/{ESCAPE}"), ("other",),
        ("--journal", "journal", "-c", "ps"),
    ],
)  # fmt: skip
def test_whatever_is_printed_is_safe_for_a_terminal(tmp_path, words):
    """N11: names of files, lines of files, arguments: none of them reaches the terminal raw."""
    (tmp_path / "image").write_text(f"kshell-image 1\nmemory {ESCAPE}\n")
    (tmp_path / "doc.md").write_text(f"prose {ESCAPE}\n```\nmagenta$ echo x{ESCAPE}\n{ESCAPE}\n```\n")
    (tmp_path / "script").write_text(f"#! kshell --memory {ESCAPE}\nps\n")
    (tmp_path / "other").write_text(f"#! kshell --memory '{ESCAPE}\nps\n")
    (tmp_path / "journal").write_text(f"#! kshell --memory {ESCAPE}\n# journal 1, kshell {ESCAPE}\nps\n")
    done = kshell(*words, cwd=tmp_path)
    assert "\x1b" not in done.stdout + done.stderr and "\x07" not in done.stdout + done.stderr


def test_text_leaves_the_program_in_one_place():
    """N11: but for what the console paints, nothing writes to standard output or error except `output.py`."""
    import ast

    for folder in ("kshell", "commands"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name == "kshell/output.py" or name.startswith("kshell/console/"):
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    assert node.func.id != "print", name
                if isinstance(node, ast.Attribute) and node.attr in ("write", "writelines"):
                    written = ast.unparse(node.value)
                    assert written not in ("sys.stderr", "sys.__stdout__"), name
                    # Moving the cursor while a document is played quotes nobody.
                    assert written != "sys.stdout" or name == "kshell/documents/terminal.py", name


def test_an_error_of_a_file_is_not_one_of_the_output(tmp_path):
    """S4: only what standard output refuses is told as such."""
    done = kshell("--boot", tmp_path, "-c", "ps")
    assert "cannot read the boot image" in done.stderr and "output" not in done.stderr
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "kshell", "-c", "ps"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert (done.returncode, done.stderr) == (1, "kshell: cannot write the output: No space left on device\n")


def test_a_limit_on_what_a_command_prints():
    """N10: what is longer is cut, and that is said."""
    done = kshell("--max-output", "100", "-c", "echo short", "-c", "ps", "-c", "echo after")
    assert done.stdout.startswith("short\nTASK ") and done.stdout.endswith("\nafter\n") and len(done.stdout) < 130
    assert "characters and is cut; --max-output N allows more" in done.stderr and done.returncode == 0
    done = kshell("--json", "--max-output", "100", "-c", "ps")
    assert '"reason": "its output has' in done.stdout


def test_a_limit_on_what_a_program_of_the_host_prints():
    """N10: an endless one is ended."""
    done = kshell("--max-output", "1M", "-c", "ps | yes")
    assert done.returncode == 1 and "it prints more than 1048576 bytes; --max-output allows more" in done.stderr


def test_a_limit_on_objects():
    """N10: the machine's heap has an end."""
    done = kshell("--max-objects", "1k", "-k", "-c", "repeat 1000000000 map 4k", "-c", "vmo_create 4k", "-c", "map 4k",
                  "-c", "vmar_allocate $vmar 0 4k 0", "-c", "spawn x")  # fmt: skip
    assert done.stderr.count("ERR_NO_MEMORY") == 5 or done.stderr.count("ERR_NO_MEMORY") == 4
    assert "the machine has 1024 VMOs, VMARs and mappings, as many as it may" in done.stderr


def test_reading_stops_on_ctrl_c(tmp_path):
    """N8: a script that waits for its input can be interrupted."""
    import signal
    import time

    process = subprocess.Popen([sys.executable, "-m", "kshell", "-"], stdin=subprocess.PIPE, cwd=ROOT)
    timer = threading.Timer(1.0, process.send_signal, (signal.SIGINT,))
    timer.start()
    begin = time.monotonic()
    assert process.wait(timeout=60) == 130 and time.monotonic() - begin > 0.5
    process.stdin.close()
