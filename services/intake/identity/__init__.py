"""Who reported: sealed, opened by two officers alone, and forgotten in time."""
