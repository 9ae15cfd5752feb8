"""Makes a copy of a file that says nothing of its sender, in a process of its own.

What decodes a stranger's file holds no secret and no connection, and has limits on memory and time.
"""
