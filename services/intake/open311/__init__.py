"""Open311 GeoReport v2: the API that city applications all over the world speak, over the same reports."""

from services.intake.open311.api import router

__all__ = ["router"]
