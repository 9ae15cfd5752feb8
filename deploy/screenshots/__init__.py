"""Pictures of all pages: to look at while working on them (`--all`), and a few for the documentation."""
