"""Owns agencies, rules and dispositions: which agency has which case, and what it has said about it."""
