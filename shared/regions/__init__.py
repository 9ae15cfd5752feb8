"""The regions of Indonesia: codes, names, search with typing errors, and where a coordinate can lie."""

from shared.regions.atlas import Atlas, Level, Region, atlas, full_name
from shared.regions.coordinates import far_from
from shared.regions.search import Match, search

__all__ = ["Atlas", "Level", "Match", "Region", "atlas", "far_from", "full_name", "search"]
