"""Loopback ports of the stack's own choosing. Never a fixed port: several stacks can share a machine."""

import random
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path

from deploy.local.errors import StackError

_LOWEST, _HIGHEST = 15_000, 32_000
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")


def choose(names: Iterable[str], remembered: Mapping[str, int]) -> dict[str, int]:
    """A free port for each name: the remembered one if nobody took it meanwhile. Raises StackError."""
    chosen: dict[str, int] = {}
    for name in names:
        before = remembered.get(name)
        if before and before not in chosen.values() and is_free(before):
            chosen[name] = before
    for name in names:
        if name not in chosen:
            chosen[name] = _pick(set(chosen.values()))
    return chosen


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _pick(taken: set[int]) -> int:
    # Outside the kernel's range for outgoing connections: a client that retries a dead server's port from
    # inside that range can be given the same port as its own and end up connected to itself.
    highest = min(_HIGHEST, _first_ephemeral())
    candidates = range(min(_LOWEST, highest - 1_000), highest)
    for port in random.sample(candidates, len(candidates)):
        if port not in taken and is_free(port):
            return port
    raise StackError(f"No loopback port is free between {candidates.start} and {candidates.stop}.")


def _first_ephemeral() -> int:
    try:
        return max(2_500, int(_EPHEMERAL.read_text().split()[0]))
    except (OSError, ValueError, IndexError):
        return _HIGHEST
