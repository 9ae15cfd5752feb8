"""The questions of each category, and what answers to them are worth. Evaluated here for all."""
