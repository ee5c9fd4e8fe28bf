"""Builds kshell; everything else about it stands in pyproject.toml.

    pip install .                       Python, as it stands here
    KSHELL_COMPILE=1 pip install .      what runs lines as machine code, from the same files

Either all of it is compiled or the build fails: a build that says it is compiled is.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from setuptools import setup

# What compiles; another version may take the source differently, so there is one.
COMPILER = "mypy==2.4.1"
ROOMS = ("kshell/kernel", "kshell/kernel/syscalls", "kshell/shell")
# Files of other rooms: those that run lines, and those that count and show what there may be very much of. Where one of
# them is derived from, what derives from it is among them too.
FILES = (
    *(f"kshell/{name}.py" for name in ("output", "script", "sizes", "text")),
    *(f"kshell/accounting/{name}.py" for name in ("bills", "ledger", "overhead", "sharing", "standing")),
    *(
        f"kshell/commands/tools/{name}.py"
        for name in ("filters", "kill", "process_argument", "ps", "task_tree", "vmaps")
    ),
    "kshell/commands/views/handles.py",
)
# What stays Python, and why.
INTERPRETED = {
    **dict.fromkeys((f"{room}/__init__.py" for room in ROOMS if room != "kshell/kernel/syscalls"), "empty"),
    "kshell/kernel/compiling.py": "it knows both ways, and polls for signals by being Python",
    "kshell/kernel/light.py": "the type checker is told of other classes than there are",
    "kshell/shell/call_recorder.py": "its class decides what an attribute is, which a compiled class cannot",
    "kshell/shell/journal.py": "the compiler evaluates the bounds of a slice of a memoryview twice, os.write in one",
    "kshell/shell/plugins.py": "what plugins hand over is not what its type says",
    "kshell/shell/quoting.py": "to a compiled isinstance, a class that derives from str has no subclasses",
    # Compiled, os.path is None where only os has been imported.
    **dict.fromkeys(("kshell/shell/files.py", "kshell/shell/folders.py", "kshell/shell/report.py"), "os.path"),
    **dict.fromkeys(("kshell/shell/host.py", "kshell/shell/rehearsal.py", "kshell/shell/transcript.py"), "os.path"),
}


def modules() -> list[str]:
    """The files that are compiled, relative to the root of the tree."""
    found = [path for room in ROOMS for path in Path(room).glob("*.py")]
    return [name for name in sorted([*FILES, *map(Path.as_posix, found)]) if name not in INTERPRETED]


def extensions() -> list[object]:
    """What the compiler makes of them. Ends the build if it takes one of them amiss."""
    from mypyc.build import mypycify

    # A module is named by where it lies, and an archive of sources has no links.
    commands = Path("kshell/commands")
    if not commands.exists():
        commands.symlink_to("../commands")
    made = mypycify(modules(), opt_level="3", debug_level="0")
    if os.name == "posix":
        # Nothing outside calls the functions of the library: no name has to be looked up when it is loaded, which took
        # a tenth of a start, and none when one of them calls another.
        for extension in made:
            extension.extra_compile_args.append("-fvisibility=hidden")
    return list(made)


if __name__ == "__main__":
    wanted = os.environ.get("KSHELL_COMPILE", "0")
    if wanted not in ("0", "1"):
        sys.exit(f"KSHELL_COMPILE is 1 for a compiled kshell, or 0, not {wanted!r}")
    if wanted == "0":
        setup()
    elif "editable_wheel" in sys.argv:
        sys.exit("what is compiled cannot be edited in place: KSHELL_COMPILE=1 goes without -e")
    elif "egg_info" in sys.argv:
        # What is asked here is what the build needs.
        setup(setup_requires=[COMPILER])
    elif {"dist_info", "sdist"} & set(sys.argv):
        setup()
    else:
        setup(ext_modules=extensions())
