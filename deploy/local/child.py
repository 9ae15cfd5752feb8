"""Becomes the program it is told to be, its life tied to its parent's. Imports nothing of the project.

Arguments: parent's process id, death signal, uid, gid (-1 keeps both), 1 to pass closed folders, niceness,
program….
"""

import contextlib
import ctypes
import os
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
SECBIT_NO_SETUID_FIXUP = 1 << 2
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522

libc = ctypes.CDLL(None, use_errno=True)


def become(uid: int, gid: int, *, reach_closed_folders: bool) -> None:
    """Drop root for good. `reach_closed_folders` keeps only the right to pass folders such as a 0700 home."""
    if reach_closed_folders:
        # Without this, access(2) would ignore the capability that the process has.
        check(libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if reach_closed_folders:
        mask = 1 << CAP_DAC_OVERRIDE
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
        sets = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
        check(libc.capset(ctypes.byref(header), ctypes.byref(sets)))
        check(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0))


def check(result: int) -> None:
    """Never go on with more rights than were meant."""
    if result != 0:
        sys.exit(f"capabilities: {os.strerror(ctypes.get_errno())}")


def yield_to_others(niceness: int) -> None:
    """Within its session, and of its session as a whole: Linux shares processors between sessions first."""
    os.nice(niceness)
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(niceness), encoding="ascii")


def main() -> None:
    parent, signal_number, uid, gid, reach = (int(argument) for argument in sys.argv[1:6])
    yield_to_others(int(sys.argv[6]))
    if uid >= 0:
        become(uid, gid, reach_closed_folders=bool(reach))
    # After the credentials: changing them clears it.
    libc.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent is gone")
    # What Python or a shell before it had ignored would stay ignored.
    for number in (signal.SIGPIPE, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    program = sys.argv[7:]
    try:
        os.execvp(program[0], program)
    except OSError as error:
        sys.exit(f"{program[0]}: {error.strerror}")


main()
