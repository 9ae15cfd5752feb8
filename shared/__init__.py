"""The kernel every service stands on: it knows queues, clocks and seals, and never a service."""
