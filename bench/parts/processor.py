"""Processor time, which other work on the machine hardly changes."""

import psutil

from deploy.local.stack import Stack


def spent(stack: Stack) -> dict[str, float]:
    """Seconds so far of every process of the stack, and of the load itself."""
    seconds = {name: sum(_used(pid) for pid in stack.pids(name)) for name in stack.names}
    return {**seconds, "the load itself": _used(psutil.Process().pid)}


def _used(pid: int) -> float:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)
