"""Benchmarks: each a command that prints a table, as ratios against something measured in the same run."""
