"""The `lapor` command line: one module a group of commands, assembled in `main`."""
