"""Processor time, which other work on the machine hardly changes."""

import asyncio

import psutil

from deploy.local.stack import Stack


def spent(stack: Stack) -> dict[str, float]:
    """Seconds so far of every process of the stack, and of the load itself."""
    seconds = {name: sum(_used(pid) for pid in stack.pids(name)) for name in stack.names}
    return {**seconds, "the load itself": _used(psutil.Process().pid)}


async def at_rest(stack: Stack, cores: float = 0.2, seconds: float = 600) -> None:
    """Return once the stack works nothing off any more, as after a mass of made-up data; or raise in time."""
    async with asyncio.timeout(seconds):
        used, share = of_all(stack), 1.0
        while share > cores:
            await asyncio.sleep(5)
            before, used = used, of_all(stack)
            share = (used - before) / 5


def of_all(stack: Stack) -> float:
    """Seconds so far of the stack as a whole, without the load."""
    return sum(seconds for name, seconds in spent(stack).items() if name != "the load itself")


def _used(pid: int) -> float:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)
