"""Tries out agencies' own systems: sample reports for them, and a check that plays the whole protocol."""
