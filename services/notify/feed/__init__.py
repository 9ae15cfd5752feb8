"""What was said about one report, for whoever may follow it: a list, and a stream of what is new."""
