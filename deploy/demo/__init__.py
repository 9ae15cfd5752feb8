"""The journeys, played against a running LAPOR through its gateway and its broker only."""
