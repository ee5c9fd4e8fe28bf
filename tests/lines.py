"""Random lines of a session, for tests that need many: sensible ones mostly, some wrong, some that touch the host."""

NAMES = "abcde"
SIZES = ("4k", "64k", "1M", "5000", "1G", "0", "0x7fffffffffff0000")
FLAGS = ("r", "rw", "rw,specific", "rx", "can-map-read,can-map-write", "rwx")
LOOKS = ("ps", "vmaps 3020", "k mx ps", "handles", "vars", "stat", "memory", "k mx jb", "k pmm arenas", "k mx ht 2988")


def random_line(random, folder=None):
    """A line. With a `folder`, some redirect into it or go through a program of the host."""
    name = random.choice(NAMES)
    other = "$" + random.choice(NAMES)
    size = random.choice(SIZES)
    kind = random.randrange(26)
    if kind < 4:
        return f"{name} = vmo_create {size}"
    if kind < 6:
        return f"{name} = vmo_clone {other} cow 0 {size}"
    if kind < 9:
        return f"{name} = map {random.choice(SIZES[:4])} {random.choice(('rw', 'r'))}"
    if kind < 11:
        return f"touch {other} {random.choice(SIZES[:4])} {random.choice('rw')}"
    if kind == 11:
        return f"vmo_write {other} {random.choice(('0', '100', '8k'))} 'some text'"
    if kind == 12:
        return f"vmo_op_range {other} {random.choice(('commit', 'decommit'))} 0 {random.choice(SIZES[:3])}"
    if kind == 13:
        return f"{name} = vmar_map $vmar 0 {other} 0 {random.choice(SIZES[:4])} {random.choice(FLAGS)}"
    if kind == 14:
        return f"vmar_unmap $vmar {other} {random.choice(SIZES[:2])}"
    if kind == 15:
        return f"{name} = spawn p{random.randrange(5)}"
    if kind == 16:
        return random.choice((f"kill {other}", "attach p1", "attach p2", "detach", f"as p3 {name} = event_create"))
    if kind == 17:
        return f"{name} = handle_duplicate {other} {random.choice(('same', 'read,map', 'none'))}"
    if kind == 18:
        return random.choice((f"handle_close {other}", f"! handle_close {other}", f"{name} = channel_create"))
    if kind == 19:
        return random.choice(("job_create $job", "k mx kill 3300", "k mx bogus", f"{name} = process_create $job t"))
    if kind == 20 and folder is not None:
        return random.choice(
            (
                f"ps > {folder}/ps",
                "ps | head -2",
                "ps | false",
                f"ps >> {folder}/no/ps || echo {name}",
                "stat | false || ps",
            )
        )
    if kind == 21:
        return random.choice(("no such command", "vmo_create", "a 'quote", "expect ERR_NOT_FOUND vmo_create x", "a ="))
    if kind == 22:
        return random.choice(("", "   ", "# a remark", "#= no answer", "echo $? $_", f"{name} = ps; {name} = stat"))
    if kind == 23:
        return f"repeat {random.randrange(30)} handle_duplicate {other} same"
    return random.choice(LOOKS)
