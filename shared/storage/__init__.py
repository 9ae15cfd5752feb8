"""Where evidence is kept. A file is checked while it streams; a refused one leaves nothing behind."""
