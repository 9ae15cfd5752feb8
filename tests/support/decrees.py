"""Acts of law for tests, as a national admin puts them on record."""

from typing import Any

DAYS = "/v1/calendars/indonesia"
AMENDMENTS = f"{DAYS}/amendments"
POLICIES = "/v1/policies/amendments"


def leave(day: str = "2026-07-08", **more: Any) -> dict[str, Any]:
    """A decree of one day of joint leave."""
    name = {"name": "Cuti bersama", "name_en": "Joint leave"}
    return {
        "source": "SKB 3 Menteri tentang perubahan",
        "decided": "2026-07-01",
        "added": [{"date": day, "kind": "joint_leave", **name}],
        **more,
    }


def shorter(**more: Any) -> dict[str, Any]:
    """A limit of two days for verification."""
    return {
        "clock": "verification",
        "days": 2,
        "source": "Permen tentang verifikasi",
        "decided": "2026-07-01",
        "effective_from": "2026-07-05",
        **more,
    }
