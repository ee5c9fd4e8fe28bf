"""The shipped boot image as constants, and the machine that boots of it as code: the same image, the same machine."""

import runpy
from pathlib import Path

import pytest

from kshell.images.machine import machine
from kshell.images.magenta import IMAGE
from kshell.kernel.boot import ImageError, boot
from kshell.kernel.copy import VALUES
from kshell.kernel.image import parse
from kshell.kernel.packed_image import pack, unpack
from kshell.scripts.dev.frozen import text_of
from kshell.shell.changes import _Comparison
from kshell.start import read_image
from tests.compiled import require_python

ROOT = Path(__file__).parents[2]
TEXT = read_image(None)
# What is not said by the lines.
OWN = ("line", "fits")


def said(value):
    """A specification as plain data, without the numbers of lines."""
    if isinstance(value, dict):
        return [(key, said(entry)) for key, entry in value.items()]
    if isinstance(value, list | tuple):
        return [said(entry) for entry in value]
    if value.__class__.__module__ not in ("kshell.kernel.specs", "kshell.kernel.image_specs"):
        return value
    slots = [name for kind in value.__class__.__mro__ for name in getattr(kind, "__slots__", ())]
    return value.__class__.__name__, [(name, said(getattr(value, name))) for name in slots if name not in OWN]


def test_the_constants_say_what_the_image_says():
    assert said(unpack(IMAGE)) == said(parse(TEXT))


def test_the_constants_are_those_that_the_script_writes():
    script = runpy.run_path(str(ROOT / "scripts/dev/packed.py"))
    assert (ROOT / "kshell/images/magenta.py").read_text() == script["module"](pack(parse(TEXT)))


def test_the_machine_is_as_the_script_writes_it():
    require_python("what a compiled class has in place of slots comes in another order")
    assert (ROOT / "kshell/images/machine.py").read_text() == text_of(boot(TEXT)), "run scripts/dev/packed.py"


def test_the_machine_is_that_which_boots_and_is_made_anew_each_time():
    ours, theirs = machine(), boot(TEXT)
    ours.check()
    assert _Comparison().same(ours, theirs)
    assert said(ours.programs) == said(theirs.programs)
    ours.processes[1041].kill()
    for process in list(ours.processes.values()):
        process.kill()
    ours.check()
    assert _Comparison().same(machine(), theirs)


def test_a_machine_that_holds_anything_else_is_not_written():
    booted = boot(TEXT)
    booted.log.append(object())
    with pytest.raises(TypeError):
        text_of(booted)


@pytest.mark.parametrize("options", [{}, {"memory": 1 << 30, "handle_slots": 4096}, {"aslr_seed": 7}])
def test_the_machine_is_that_of_the_text(options):
    ours, theirs = boot(unpack(IMAGE), **options), boot(TEXT, **options)
    assert _Comparison().same(ours, theirs)
    ours.check()


def test_every_kind_of_line_is_kept():
    """The shipped image does not have all of them."""
    text = (
        "kshell-image 2\nvmo 1025 1M 0-3,7 shared\njob 1030 1024 a job\nobject event 1031\nchannel 1032 1033\n"
        "process 1040 1030 a name\nvmo own 64k 1 koid 1050\nR 0x2000000 1M\nm 0x2000000 4k r-x own 8k text\n"
        "M 0x3000000 8k rw- shared 0\nP 0x4000000 8k rw- 0xfebc0000 registers write-combining io-map 1060\n"
        "thread 1042 main thread\nhandle process 1040\nhandle vmo 1050 0x3\nend\n"
    )
    image = parse(text)
    assert said(unpack(pack(image))) == said(image)
    assert image.memory is None and image.next_koid is None
    assert boot(unpack(pack(image))).processes.keys() == {1040}


def test_a_machine_that_is_too_small_is_refused_without_a_line():
    with pytest.raises(ImageError, match=r"^the image does not fit the machine: "):
        boot(unpack(IMAGE), memory=48 << 20)


def test_constants_are_values():
    """Nothing in them can be changed by who boots them."""

    def check(value):
        if isinstance(value, tuple):
            for entry in value:
                check(entry)
        else:
            assert value.__class__ in VALUES

    check(IMAGE)
