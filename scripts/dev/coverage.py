"""Prints which statuses of which syscalls the tests bring about, from a development checkout:

python scripts/dev/coverage.py
"""

import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def main() -> int:
    """Prints the table: a syscall, its statuses with the number of cases, NO_ERROR first."""
    sys.path.insert(0, str(ROOT))
    try:
        from tests.syscalls.cases import CASES
    except ImportError:
        print("the tests are not here: run this in a checkout of the sources", file=sys.stderr)
        return 1
    counts = Counter((syscall, status) for syscall, status, _ in CASES)
    syscalls = list(dict.fromkeys(syscall for syscall, _, _ in CASES))
    width = max(map(len, syscalls))
    for syscall in syscalls:
        pairs = [(status, count) for (name, status), count in counts.items() if name == syscall]
        statuses = "  ".join(f"{status.removeprefix('ERR_')} {count}" for status, count in pairs)
        print(f"{syscall:<{width}}  {statuses}")
    print(f"{len(syscalls)} syscalls, {len(counts)} pairs of syscall and status, {len(CASES)} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main())
