"""Legs handled from a mail: pages behind signed links, for offices without a system or an account."""
