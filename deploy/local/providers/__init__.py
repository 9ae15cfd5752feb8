"""Providers' interfaces on this machine: they check, delay, fail and confirm as told, and deliver nothing."""
