"""Suggests what officers may decide, learning from what they decide; never decides anything."""
