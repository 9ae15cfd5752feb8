"""A position that somebody sent from their telephone, in words."""


def described(latitude: float, longitude: float, *names: str) -> str:
    """Five decimals are a metre; what the telephone calls the place stands behind it."""
    called = ", ".join(dict.fromkeys(name.strip() for name in names if name.strip()))
    position = f"Lokasi: {latitude:.5f}, {longitude:.5f}"
    return f"{position} ({called[:300]})" if called else position
