"""Owns the case: its status and version, triage, clarification, archiving, closing and reopening."""
