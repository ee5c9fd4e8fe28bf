"""Boot images: what each line makes, and what is wrong with an image that cannot be booted."""

import pytest

from kshell.kernel import info
from kshell.kernel.abi import DEFAULT_RIGHTS, OBJ_TYPE_CHANNEL, OBJ_TYPE_EVENT, OBJ_TYPE_PROCESS, OBJ_TYPE_VMO
from kshell.kernel.boot import ImageError, boot
from kshell.kernel.image import MOST_KNOWN, first_form
from kshell.kernel.physical_vmo import PhysicalVmo

P = 4096
IMAGE = """kshell-image 1
# A small machine.
memory 64M
wired 100
heap 256
heap-used 100000
mmu 40
next-koid 2000
vmo 1025 16k 0-1,3 shared
job 1030 1024 root job
job 1031 1030
object event 1040
channel 1041 1042
process 1050 1030 first process
  vmo image 20k 0,2-4
  vmo data 8k - koid 1060
  R 0x1000000 0x10000
    m 0x1000000 16k r-x image 4k
    m 0x1008000 8k rw- data 0
  M 0x2000000 12k rw- shared 0 a
  P 0x3000000 4k rw- 0xfebc0000 registers
  thread 1070 main
  handle process 1050
  handle vmo 1060 0x24
  handle channel 1041
  handle event 1040
program /boot/bin/tool
  vmo image 8k 0
  M 0x1000000 8k r-x image 0
  thread - worker thread
  handle process self
"""


def find(machine, koid):
    return machine.processes[koid]


@pytest.fixture(scope="module")
def machine():
    made = boot(IMAGE)
    made.check()
    return made


def test_memory_is_counted_by_state(machine):
    memory = machine.physmem
    assert (memory.wired, memory.heap, memory.mmu, memory.alloc) == (100, 256, 40, 1)
    assert machine.heap.live == 100000
    # Three pages of the shared VMO, four of the image, and the thread's stack.
    assert memory.object == 3 + 4 + 2
    assert memory.total == (64 << 20) // P - 0x121


def test_jobs_and_processes(machine):
    assert [(depth, job.koid, job.name) for depth, job in machine.walk_jobs()] == [
        (0, 1024, b""),
        (1, 1030, b"root job"),
        (2, 1031, b""),
    ]
    (process,) = machine.walk_processes()
    assert (process.koid, process.name, process.state, process.job.koid) == (1050, b"first process", "running", 1030)
    assert [(thread.koid, thread.name) for thread in process.threads.values()] == [(1070, b"main")]
    assert process.root_vmar.koid == 1051 and machine.new_koid() == 2000


def test_regions_and_what_they_show(machine):
    process = find(machine, 1050)
    assert [(entry.depth, entry.base, entry.size, entry.perms, entry.committed, entry.name)
            for entry in info.maps(process)[2:]] == [
        (2, 0x1000000, 0x10000, 0, 0, "useralloc"),
        (3, 0x1000000, 4 * P, 5, 3, "useralloc"),
        (3, 0x1008000, 2 * P, 3, 0, "useralloc"),
        (2, 0x2000000, 3 * P, 3, 2, "a"),
        (2, 0x3000000, P, 3, 0, "registers"),
    ]  # fmt: skip
    code, data, shared, device = process.root_vmar.mappings()
    assert (code.vmo_offset, code.vmo.koid, data.vmo.koid, shared.vmo.koid) == (P, 0, 1060, 1025)
    # Only what is not code may be made writable.
    assert (code.max_perms, data.max_perms) == (5, 3)
    assert isinstance(device.vmo, PhysicalVmo) and device.vmo.base == 0xFEBC0000


def test_handles_are_oldest_first_with_the_rights_given(machine):
    assert [(handle.object.koid, handle.object.type, handle.rights) for _, handle in find(machine, 1050).handles] == [
        (1050, OBJ_TYPE_PROCESS, DEFAULT_RIGHTS[OBJ_TYPE_PROCESS]),
        (1060, OBJ_TYPE_VMO, 0x24),
        (1041, OBJ_TYPE_CHANNEL, DEFAULT_RIGHTS[OBJ_TYPE_CHANNEL]),
        (1040, OBJ_TYPE_EVENT, DEFAULT_RIGHTS[OBJ_TYPE_EVENT]),
    ]


def test_what_no_process_holds_is_kept_by_the_system(machine):
    held = [handle.object.koid for _, handle in machine.kernel_handles]
    # The job without children; the shared VMO is mapped.
    assert held == [1031]
    channel = next(handle.object for _, handle in find(machine, 1050).handles if handle.object.koid == 1041)
    assert channel.peer.koid == 1042 and channel.peer.held and not channel.held


def test_a_program_is_kept_as_it_is_specified(machine):
    program = machine.programs["/boot/bin/tool"]
    (vmo,) = program.vmos.values()
    assert (vmo.label, vmo.size, vmo.pages, vmo.koid, vmo.device) == ("image", 2 * P, ((0, 1),), 0, None)
    (region,) = program.regions
    assert (region.base, region.size, region.perms, region.label, region.offset, region.name, region.nested) == (
        0x1000000, 2 * P, 5, "image", 0, "", False,
    )  # fmt: skip
    (thread,), (handle,) = program.threads, program.handles
    assert (thread.koid, thread.name) == (0, b"worker thread")
    assert (handle.type, handle.object, handle.rights) == (OBJ_TYPE_PROCESS, "self", None)


def test_options_override_the_image():
    machine = boot(IMAGE, memory=32 << 20, handle_slots=50, aslr_seed=7)
    assert machine.physmem.total == (32 << 20) // P - 0x121
    assert machine.handles.slots == 50 and machine.randomised


def test_pages_kept_for_a_state_add_up():
    assert boot("kshell-image 1\nwired 3\nwired 4\n").physmem.wired == 7


def test_more_numbers_than_are_remembered_are_still_read():
    lines = [f"object event {koid}" for koid in range(1030, 1030 + MOST_KNOWN + 10)]
    machine = boot("\n".join(["kshell-image 1", *lines, ""]))
    assert machine.new_koid() == 1030 + MOST_KNOWN + 10


WRONG = [
    ("", "line 1: "),
    ("kshell-image 3", "line 1: "),
    ("kshell-image", "line 1: "),
    ("memory", "line 2: memory: such a line is `memory SIZE`"),
    ("memory 2G 2G", "line 2: memory 2G 2G: such a line is `memory SIZE`"),
    ("memory 2G\nmemory 1G", "line 3: memory 1G: the memory is given twice"),
    ("next-koid 9000\nnext-koid 9000", "line 3: next-koid 9000: the next koid is given twice"),
    ("nonsense 1", "line 2: nonsense 1: 'nonsense' begins no line of an image"),
    ("end 1", "line 2: end 1: 'end' begins no line of an image"),
    ("end\nmemory 2G", "line 3: memory 2G: nothing may follow `end`"),
    ("thread 1042 main", "line 2: thread 1042 main: this belongs to a process or a program"),
    ("memory 12q", "line 2: memory 12q: '12q' is not a number; numbers are 4096, 0x1000, 16k, 2M, 1G, 1T"),
    ("memory 0xG", "line 2: memory 0xG: '0xG' is not a number"),
    ("memory \u0663", "line 2: memory \u0663: '\u0663' is not a number"),
    ("memory 2\u00b2", "line 2: memory 2\u00b2: '2\u00b2' is not a number"),
    ("memory 99999999999999999999999", "line 2: memory 99999999999999999999999: "),
    ("memory 0xffffffffffffffffT", "does not fit 64 bits"),
    ("job 0 1024 x", "line 2: job 0 1024 x: '0'"),
    ("job 1030", "such a line is `job KOID PARENT NAME`"),
    ("job 0x4000000000000000 1024 x", "'0x4000000000000000'"),
    ("vmo 1025 8k 0-2 v", "pages 0-2 are not ascending inside 8192 bytes"),
    ("vmo 1025 8k 1,0 v", "pages 1,0 are not ascending"),
    ("vmo 1025 8k 0,0 v", "pages 0,0 are not ascending"),
    ("vmo 1025 8k 0- v", "'' is not a number"),
    ("vmo 1025 0xffffffffffffffff - v", "a VMO has at most 0xfffffffffffff000 bytes"),
    ("vmo 1025 8k 0", "such a line is `vmo KOID SIZE PAGES LABEL [wired]`"),
    ("vmo 1025 8k 0 v\nvmo 1026 8k 0 v", "line 3: vmo 1026 8k 0 v: there is a VMO 'v' already"),
    ("vmo 1025 8k 0 v\nvmo 1025 8k 0 w", "line 3: vmo 1025 8k 0 w: koid 1025 is given twice"),
    ("job 1030 1029 x", "line 2: job 1030 1029 x: job 1030 has no parent 1029 above it"),
    ("channel 1030 1030", "koid 1030 is given twice"),
    ("channel 1030", "such a line is `channel KOID KOID`"),
    ("object event 1030\nobject event 1030", "line 3: object event 1030: koid 1030 is given twice"),
    ("object vmo 1030", "an object of type vmo has a line of its own kind"),
    ("object thing 1030", "line 2: object thing 1030: 'thing' is not a type of object"),
    ("process 1050 1030 x", "line 2: process 1050 1030 x: process 1050 has no job 1030"),
    ("memory 1M", "line 2: memory 1M: a machine needs more than"),
    ("wired 10000000", "line 2: wired 10000000: the image does not fit the machine: the machine has"),
    ("memory 2M\nvmo 1025 1G 0-260000 v", "line 3: vmo 1025 1G 0-260000 v: the image does not fit the machine: "),
]
WRONG_IN_A_PROCESS = [
    ("R 0x1000001 4k", "base and size have to be page multiples inside 0x1000000 to 0x7ffffffff000"),
    ("R 0x1000000 5", "base and size have to be page multiples"),
    ("R 0x1000000 0", "base and size have to be page multiples"),
    ("R 0x1000 4k", "base and size have to be page multiples"),
    ("R 0x7fffffffe000 8k", "base and size have to be page multiples"),
    ("R 0x1000000 4k x", "such a line is `R BASE SIZE`"),
    ("M 0x1000000 4k -w- v 0", "permissions '-w-' cannot be mapped"),
    ("M 0x1000000 4k rw- v 5", "the offset has to be a page multiple"),
    ("M 0x1000000 4k rw- v 0xfffffffffffff000", "the offset has to be a page multiple below 2^63"),
    ("M 0x1000000 4k rw- v 0 a name", "such a line is `M BASE SIZE PERMS LABEL OFFSET [NAME]`"),
    ("M 0x1000000 4k rw- v 0 \x1b[31m", "the name of a mapping has characters that cannot be printed"),
    ("P 0x1000000 4k rw- 5 name", "the address of device memory has to be a page multiple"),
    ("M 0x1000000 4k rw- w 0", "line 4: M 0x1000000 4k rw- w 0: there is no VMO 'w'"),
    ("M 0x1000000 8k rw- v 0\nM 0x1001000 4k rw- v 0", "the region at 0x1001000 overlaps the one before"),
    ("R 0x1000000 8k\nm 0x1001000 8k rw- v 0", "the mapping at 0x1001000 is not free inside its VMAR"),
    ("R 0x1000000 8k\nm 0x1000000 8k rw- v 0\nm 0x1001000 4k rw- v 0", "is not free inside its VMAR"),
    ("R 0x1000000 8k\nM 0x1002000 4k rw- v 0\nm 0x1000000 4k rw- v 0", "is not free inside its VMAR"),
    ("vmo v 4k 0", "line 4: vmo v 4k 0: there is a VMO 'v' in this process already"),
    ("vmo a 4k 0 koid", "such a line is `vmo LABEL SIZE PAGES [koid KOID]`"),
    ("vmo a 4k 0 koid 1050", "koid 1050 is given twice"),
    ("vmo a 4k 0 koid 1060\nvmo b 4k 0 koid 1060", "line 5: vmo b 4k 0 koid 1060: koid 1060 is given twice"),
    ("thread - main", "line 4: thread - main: a process's thread has a koid"),
    ("thread 1050 main", "line 4: thread 1050 main: koid 1050 is given twice"),
    ("handle vmo 1060", "line 4: handle vmo 1060: process 1050 has a handle to vmo 1060, which is not there"),
    ("handle event 1050", "process 1050 has a handle to event 1050, which is not there"),
    ("handle event self", "line 4: handle event self: 'self' is not a number"),
    ("handle thing 1050", "line 4: handle thing 1050: 'thing' is not a type of object"),
    ("handle process 1050 0x400", "'0x400' has bits that are not rights"),
    ("handle process", "such a line is `handle TYPE KOID [RIGHTS]`"),
]
WRONG_IN_A_PROGRAM = [
    ("M 0x1000000 4k rw- v 0\nthread - main", "line 3: M 0x1000000 4k rw- v 0: there is no VMO 'v'"),
    ("handle process self", "line 2: program /boot/bin/x: this program has no line `thread - NAME`"),
    ("thread - main\nhandle process nobody", "line 4: handle process nobody: 'nobody' is nothing a program has"),
    ("thread - main\nhandle vmo self", "line 4: handle vmo self: 'self' is a process and not a vmo"),
    ("thread - main\nvmo v 4k 0\nhandle channel v", "line 5: handle channel v: 'v' is a vmo and not a channel"),
    ("thread - main\nvmo v 4k 0 koid 1060", "line 4: vmo v 4k 0 koid 1060: a program's VMO has no koid"),
    ("thread - main\nvmo v 4k 0", "line 4: vmo v 4k 0: nothing would keep the VMO 'v'"),
    ("thread - main\nprogram /boot/bin/x", "line 4: program /boot/bin/x: the program '/boot/bin/x' is given twice"),
]


def why_refused(text):
    """What is said of an image that cannot be booted: one line, of which nothing is the terminal's to obey."""
    with pytest.raises(ImageError) as caught:
        boot(text)
    found = str(caught.value)
    assert found.isprintable() and "invalid literal" not in found
    # What helps a person at a prompt is left out.
    assert ";" not in found.partition("does not fit the machine")[2]
    return found


@pytest.mark.parametrize(("lines", "why"), WRONG)
def test_what_is_wrong_with_an_image(lines, why):
    """N14: each fault names its line."""
    text = lines if lines[:6] in ("", "kshell") else f"kshell-image 1\n{lines}"
    assert why in why_refused(f"{text}\n")


@pytest.mark.parametrize(("lines", "why"), WRONG_IN_A_PROCESS)
def test_what_is_wrong_with_a_process(lines, why):
    """N14: each fault names its line."""
    head = "kshell-image 1\nprocess 1050 1024 x\nvmo v 8k -\n"
    assert why in why_refused(f"{head}{lines}\n")


@pytest.mark.parametrize(("lines", "why"), WRONG_IN_A_PROGRAM)
def test_what_is_wrong_with_a_program(lines, why):
    """N14: a program that could not start is found when the machine boots, not by `ps`."""
    assert why in why_refused(f"kshell-image 1\nprogram /boot/bin/x\n{lines}\n")


def test_a_wrong_line_is_named_by_its_number_and_text():
    found = why_refused("kshell-image 1\n\nprocess 1050 1024 x\n  thread\n")
    assert found == "line 4: thread: such a line is `thread KOID NAME`"


def test_a_message_quotes_only_what_a_terminal_shows():
    """N11: the lines of an image are foreign text."""
    found = why_refused("kshell-image 1\nmem\x1b[31m\udcff 2G" + "x" * 500 + "\n")
    assert found.startswith("line 2: mem\\x1b[31m\\udcff 2Gxxx") and len(found) < 200


def test_an_image_that_breaks_off_is_not_taken_for_the_whole():
    """N14: an image of the second form ends with `end` and a newline; one of the first may lack that newline."""
    whole = "kshell-image 2\nmemory 64M\nend\n# more\n\n"
    assert boot(whole).physmem.total
    assert why_refused("kshell-image 2\nmemory 64M\n") == "line 2: the image breaks off: its last line is not `end`"
    assert "line 2: memory 6: the image breaks off in its last line" in why_refused("kshell-image 2\nmemory 6")
    assert boot("kshell-image 1\nmemory 64M").physmem.total == boot(whole).physmem.total
    assert boot("kshell-image 1\nmemory 64M\n").physmem.total == boot(whole).physmem.total


@pytest.mark.parametrize("smaller", [{"memory": 2 << 20}, {"handle_slots": 2}])
def test_a_machine_that_is_made_too_small_is_not_the_images_fault(smaller):
    """N14: no line of the image is named for what an option did."""
    with pytest.raises(ImageError, match=r"^the image does not fit the machine: "):
        boot(IMAGE.replace("vmo 1025 16k 0-1,3", "vmo 1025 16M 0-4000"), **smaller)


def test_both_forms_of_an_image_are_one_machine_for_a_journal():
    """N14: journals that were begun before images had an end name the first form."""
    assert first_form("kshell-image 2\nmemory 64M\nend\n# more\n") == "kshell-image 1\nmemory 64M\n"
    assert first_form("kshell-image 1\nmemory 64M\n") == "kshell-image 1\nmemory 64M\n"
    assert first_form("nothing") == "nothing"
