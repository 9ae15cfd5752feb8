"""Owns the clocks: which deadlines a case has, why, and when each warned, was breached or expired."""
