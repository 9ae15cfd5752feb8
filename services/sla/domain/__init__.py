"""The clocks of a case, pure: a fold over the set of recorded facts, measured on a calendar and a policy."""
