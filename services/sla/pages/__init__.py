"""Pages of sla: how agencies and regions do, and why a deadline is on its day."""

from pathlib import Path

from services.sla.pages import performance, reasons
from shared.web.pages import Shell

routers = [performance.router, reasons.router]


def open_shell(*, secure: bool = False) -> Shell:
    """Templates are read and compiled once a process; those of officers' pages (`desk_pages`), too."""
    return Shell(Path(__file__).parent, secure=secure)
