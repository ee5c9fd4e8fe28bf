"""Boot images that were damaged: each is refused with a line that names the fault, or boots and is a whole machine."""

import random

import pytest

import kshell.commands  # noqa: F401 (hands its loader to the registry)
from kshell.kernel.boot import ImageError, boot
from kshell.shell.session import Session
from kshell.start import read_image

WHOLE = read_image(None)
# The first form may end anywhere, so a part of it can be a machine as well.
FORMS = (WHOLE, WHOLE.replace("kshell-image 2", "kshell-image 1", 1).partition("\nend\n")[0] + "\n")
WORDS = (
    *("0", "1", "-", "4k", "0x1000", "2M", "0xffffffffffffffff", "12q", "1024", "1028", "1041", "3020", "9999"),
    *("self", "vdso", "rwx", "---", "vmo", "process", "channel", "job", "thread", "\u00b2", "\x1b[31m", "#", "end"),
)


def spoilt(chance):
    """The text of an image with one thing wrong with it, or perhaps not."""
    text = chance.choice(FORMS)
    if chance.random() < 0.2:
        return text[: chance.randrange(len(text))]
    lines = text.split("\n")
    at = chance.randrange(len(lines) - 1)
    # Most lines are channels and VMOs: what is rarer is spoilt as often.
    if chance.random() < 0.5:
        kind = chance.choice(["program", "process", "job", "thread", "handle", "R", "m", "object", "next-koid", "mmu"])
        at = chance.choice([number for number, line in enumerate(lines) if line.split()[:1] == [kind]])
    how = chance.randrange(5)
    words = lines[at].split() or [""]
    which = chance.randrange(len(words))
    if how == 0:
        del lines[at]
    elif how == 1:
        lines.insert(chance.randrange(len(lines)), lines[at])
    elif how == 2:
        words[which] = chance.choice(WORDS)
    elif how == 3:
        words.insert(which, chance.choice(WORDS)) if chance.random() < 0.5 else words.pop(which)
    else:
        letters = list(words[which] or "x")
        letters[chance.randrange(len(letters))] = chance.choice("0123456789abcdefkMxrw-,.")
        words[which] = "".join(letters)
    if how >= 2:
        lines[at] = " ".join(words)
    return "\n".join(lines)


def examine(text):
    """Boots an image and uses the machine; returns whether it booted."""
    try:
        machine = boot(text)
    except ImageError as error:
        said = str(error)
        assert said.startswith("line ") and said.isprintable(), said
        number = int(said[len("line ") :].partition(":")[0])
        assert 1 <= number <= text.count("\n") + 1, said
        return False
    machine.check()
    session = Session(machine)
    koids = list(machine.processes)
    for line in (
        "ps",
        "ps -T",
        "ps --units=k",
        "spawn demo",
        "k mx ps",
        *(f"vmaps {koid}" for koid in koids),
        "memory",
    ):
        for outcome in session.run(line):
            assert outcome.ok or (outcome.error.count("\n") <= 2 and "bug" not in outcome.error), outcome.error
    machine.check()
    return True


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_image_is_refused_by_its_line_or_is_a_whole_machine(seed):
    """N14: whatever is deleted, repeated, altered or cut off."""
    chance = random.Random(seed)
    found = [examine(spoilt(chance)) for _ in range(25)]
    assert any(found) and not all(found)


def test_the_shipped_image_is_refused_when_it_is_cut_off_anywhere():
    """N14: it says where it ends."""
    end = WHOLE.index("\nend\n") + len("\nend\n")
    chance = random.Random(0)
    for at in [0, 5, end - 1, *(chance.randrange(end) for _ in range(100))]:
        with pytest.raises(ImageError):
            boot(WHOLE[:at])
    assert boot(WHOLE[:end]).processes
