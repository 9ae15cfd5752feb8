"""What intake knows about a report, as pure values and functions of facts and time."""
