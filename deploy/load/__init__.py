"""Whole lives of reports through the gateway, many at once: for benchmarks and for trying outages."""
