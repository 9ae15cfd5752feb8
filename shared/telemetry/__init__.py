"""What operators see: logs, metrics, traces and health. Never a person's data."""
