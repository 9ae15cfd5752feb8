"""The operators' console: queues, dead letters, clocks and services on pages. Keeps nothing and owns no data.

A process of its own, because it alone beside the command line holds the administrators' broker credentials.
"""
