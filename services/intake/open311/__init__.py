"""Open311 GeoReport v2: the API that city applications all over the world speak, over the same reports."""

from services.intake.open311 import api, filing  # noqa: F401 - their addresses are the router's
from services.intake.open311.edge import router

__all__ = ["router"]
