"""Pages of the console: the overview, dead letters, and what is done with them."""

from pathlib import Path

FOLDER = Path(__file__).parent
HOME = "/petugas/konsol"
DEAD = f"{HOME}/pesan-gagal"
