"""PostgreSQL: the engine, the transaction that the edge owns, and migrations per service."""
