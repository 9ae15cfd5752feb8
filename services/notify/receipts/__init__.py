"""What providers say later of messages that they accepted: signed, repeated, late and in any order."""
