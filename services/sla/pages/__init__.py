"""Pages of sla: how agencies and regions do, and why a deadline is on its day."""

from pathlib import Path

from services.sla.pages import performance, reasons
from shared.web.pages import Shell

routers = [performance.router, reasons.router]


def open_shell() -> Shell:
    """Templates are read and compiled once a process. No page here has a form that changes anything."""
    return Shell(Path(__file__).parent)
