"""What the five services' HTTP edges have in common."""
