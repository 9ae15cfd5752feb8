"""Tells followers of public cases and areas what intake says of public pages; always in the bulk lane."""
