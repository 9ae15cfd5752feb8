"""Who is to be told what, and when to try again: pure rules. Knows no contact and no server."""
