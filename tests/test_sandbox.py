"""`--sandbox`: whatever is typed, no file is touched, no program is run, nothing of the environment is seen."""

import subprocess
import sys

from tests.test_floors import ROOT

# Runs in a process of its own: an audit hook stays for good. It hears of every file, program and socket.
GUARD = """
import os, sys
os.environ["KSHELL_SECRET"] = "the-secret-of-the-host"
from kshell.options import read_arguments
from kshell.shell import registry
from kshell.start import open_session

session = open_session(read_arguments(["--sandbox"]))
HARMLESS = ("import", "compile", "exec", "object.", "sys._getframe", "gc.", "code.", "builtins.id", "marshal.")
armed = False
caught = []

def hear(event, arguments):
    if not armed or event.startswith(HARMLESS):
        return
    path = str(arguments[0]) if arguments else ""
    # Modules of Python's and kshell's own are loaded when they are first used.
    if event in ("open", "os.listdir", "os.scandir") and path.startswith(OWN):
        return
    caught.append((event, path))

OWN = tuple({os.path.dirname(os.__file__), *sys.path[1:], os.getcwd() + "/kshell", os.getcwd() + "/commands"} - {""})
OWN += (sys.pycache_prefix,) if sys.pycache_prefix else ()
# Their bytecode is read wherever it is, and not written.
sys.dont_write_bytecode = True
sys.addaudithook(hear)
outputs = []
def run(line):
    global armed
    armed = True
    for outcome in session.run(line):
        outputs.append(outcome.output + outcome.error)
    armed = False

lines = [line for command in registry.COMMANDS.values() for line, _ in command.examples]
for target in ("/tmp/kshell-sandbox-was-here", "$HOME", "/dev/stdout", "../x", "~/x"):
    for name in ("ps", "help", "echo x", "vmaps 3020", "vars"):
        lines += [f"{name} > {target}", f"{name} >> {target}", f"{name} | cat {target}", f"{name} | touch {target}"]
    lines += [f"save {target}", f"load {target}", f"x = ps > {target}", f"! ps > {target}", f"as 3020 ps > {target}"]
for name in registry.COMMANDS:
    for word in ("", "/etc/passwd", "$KSHELL_SECRET", "@/etc/passwd", "`id`", "$(id)"):
        lines.append(f"{name} {word}")
        lines.append(f"{name} 3020 {word} {word}")
for at, line in enumerate(lines):
    if at % 100 == 0:
        # Some lines run all that were before them again.
        run("reset")
        session.timeline.lines.clear()
    if not line.startswith(("exit", "repeat")):
        run(line)
        session.state.finished = False
for text in ("ps > ", "ps > /", "load /", "save /etc/"):
    from kshell.console.completion import suggestions
    armed = True
    outputs += [found.text for found in suggestions(session, text)]
    armed = False
assert not caught, caught
assert not os.path.exists("/tmp/kshell-sandbox-was-here")
assert not [text for text in outputs if "the-secret-of-the-host" in text or "root:" in text or "uid=" in text]
print(len(lines), "lines")
"""


def test_no_line_finds_a_way_out():
    done = subprocess.run([sys.executable, "-c", GUARD], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.endswith("lines\n")


def test_the_host_is_touched_in_one_place_only():
    """Nothing below the console opens files, runs programs or reads the environment but `shell/host.py` with
    `shell/files.py`, what tells it where the user's files are, the journal, which only the command line opens, and the
    loader of the commands, which looks for their files."""
    import ast

    allowed = {
        "kshell/shell/files.py",
        "kshell/shell/folders.py",
        "kshell/shell/host.py",
        "kshell/shell/journal.py",
        "kshell/shell/registry.py",
        "kshell/shell/report.py",
        "commands/__init__.py",
    }
    modules = {"os", "subprocess", "socket", "pathlib", "shutil", "tempfile", "io", "urllib"}
    for folder in ("kshell/kernel", "kshell/shell", "commands"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            for node in ast.walk(ast.parse(path.read_text())):
                if name in allowed:
                    continue
                if isinstance(node, ast.Import):
                    assert not modules & {alias.name.split(".")[0] for alias in node.names}, name
                elif isinstance(node, ast.ImportFrom):
                    assert (node.module or "").split(".")[0] not in modules, name
                elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    assert node.func.id not in ("open", "eval", "__import__"), name
