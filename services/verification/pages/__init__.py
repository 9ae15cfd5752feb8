"""Pages of the verification service: signing in, one's own account, accounts, and the desk."""

from pathlib import Path

FOLDER = Path(__file__).parent
