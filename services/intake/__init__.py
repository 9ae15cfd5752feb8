"""Owns the report as filed, its evidence, the reporter's later words, the sealed contact and the tracking."""
