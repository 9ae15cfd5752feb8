"""The case's life, pure: a fold over the set of recorded facts, officers' decisions, and what follows."""
