"""Unfinished reports that only their holder can read."""
