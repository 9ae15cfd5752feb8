"""Web hooks: what happens to an agency's legs, posted to its own system, signed and in each case's order."""
