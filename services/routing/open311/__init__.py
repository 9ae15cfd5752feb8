"""Legs sent to agencies' own Open311 (GeoReport v2) endpoints, and their updates read back."""
