"""Pages of routing: the agency desk, an agency and its connections, and the inspectorate's view of a subtree.

They call what the API calls, in the same transactions; never this service over HTTP.
"""

from pathlib import Path

from services.routing.pages.acting import router as acting
from services.routing.pages.agency import router as agency
from services.routing.pages.hooks import router as hooks
from services.routing.pages.inspection import router as inspection
from services.routing.pages.leg import router as leg
from services.routing.pages.legs import router as legs
from services.routing.pages.readings import router as readings
from shared.web.pages import Shell

routers = [legs, leg, acting, agency, hooks, inspection, readings]


def open_shell(public_url: str) -> Shell:
    """Templates are read and compiled once a process."""
    return Shell(Path(__file__).parent, secure=public_url.startswith("https:"))
