"""Sessions as the command line makes them."""

from kshell.options import read_arguments
from kshell.start import open_session

# A machine of few objects, on which running a session again takes no time.
TINY = """\
kshell-image 1
memory 64M
next-koid 3183
job 1028 1024 root
job 1082 1028 services
channel 1039 1040
process 2988 1028 sh:console
 vmo heap 64k 0-3
 R 0x1000000 64k
  m 0x1000000 16k r-x heap 0
 M 0x1010000 64k rw- heap 0
 thread 2990 initial-thread
 handle process 2988
 handle vmar 2989
 handle job 1028
 handle channel 1039
process 3020 1082 sh:vc
 vmo stack 16k 3
 M 0x1000000 16k rw- stack 0
 thread 3022 initial-thread
 handle process 3020
 handle vmar 3021
 handle job 1082
program /boot/bin/ps
 vmo stack 16k 3
 M 0x1000000 16k rw- stack 0
 thread - main
 handle process self
 handle vmar rootvmar
 handle job job
"""


def options(*words, **named):
    """The command line of these words; `memory="1G"` is `--memory 1G`, `max_output=9` is `--max-output 9`."""
    said = [word for name, value in named.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    return read_arguments([*words, *said])


def opened(*words, **named):
    """The session that `kshell WORDS` would work in."""
    return open_session(options(*words, **named))
