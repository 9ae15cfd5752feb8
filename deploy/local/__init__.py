"""The embedded stack: every server and service as processes of one user on loopback, under one folder."""
