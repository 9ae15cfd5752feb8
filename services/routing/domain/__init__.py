"""The rules of routing, pure: agencies, the choice among them, and the life of a leg."""
