"""Optional accounts: a reporter who wants to find their reports again proves a contact by a code."""
