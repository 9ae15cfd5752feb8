"""Photos: decoded whole, turned upright, and painted anew, so that nothing but the picture is left."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from typing import Any, BinaryIO

from PIL import ExifTags, Image, ImageCms, ImageOps

from shared.storage.cleaning.refused import Reason, Refused
from shared.storage.cleaning.work import PREVIEW_PIXELS, Captured, Cleaned, Files

MOST_PIXELS = 64_000_000
"""Of one photo: what phones deliver. Three bytes each, and two copies while it is turned."""

_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 90, "optimize": True},
    "PNG": {},
    "WEBP": {"quality": 90, "method": 2},
}
_PLAIN_MODES = {"1", "L", "LA", "RGB", "RGBA", "I;16"}


def clean(files: Files, content_type: str) -> Cleaned:
    """Raises Refused: the picture does not decode, or is too large once decoded."""
    with _guarded():
        picture = _decoded(files.source, content_type)
        captured = captured_of(picture)
        upright = _plain(ImageOps.exif_transpose(picture), _FORMATS[content_type])
        _fresh(upright).save(files.clean, _FORMATS[content_type], **_OPTIONS[_FORMATS[content_type]])
        preview(upright, files.preview)
    return Cleaned(content_type, captured=captured)


def preview(picture: Image.Image, target: BinaryIO) -> None:
    """A small JPEG of a decoded picture."""
    small = picture.convert("RGB")
    small.thumbnail((PREVIEW_PIXELS, PREVIEW_PIXELS))
    _fresh(small).save(target, "JPEG", quality=75)


def captured_of(picture: Image.Image) -> Captured:
    """Time and place from EXIF, as far as they make sense; nothing else of it is ever looked at."""
    try:
        exif = picture.getexif()
        details, gps = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
        latitude = _degrees(gps.get(2), gps.get(1), "S", 90)
        longitude = _degrees(gps.get(4), gps.get(3), "W", 180)
        found = None not in (latitude, longitude)
        return Captured(
            _moment(details.get(36867) or exif.get(306), details.get(36881)),
            latitude if found else None,
            longitude if found else None,
        )
    except Exception:  # whatever a stranger wrote there, the picture itself may be good
        return Captured()


@contextmanager
def _guarded() -> Iterator[None]:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            yield
        except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
            raise Refused(Reason.BOMB) from None
        except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError):
            raise Refused(Reason.DAMAGED) from None


def _decoded(source: BinaryIO, content_type: str) -> Image.Image:
    # Only the decoder of the type that was found: no other may be reached by a crafted file.
    picture = Image.open(source, formats=[_FORMATS[content_type]])
    if picture.width * picture.height > MOST_PIXELS:
        raise Refused(Reason.BOMB)
    picture.load()
    return picture


def _plain(picture: Image.Image, format_: str) -> Image.Image:
    """In sRGB and a mode every viewer shows; colour profiles name devices and are not kept."""
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in {"RGB", "CMYK"}:
        picture = _in_srgb(picture, profile)
    if picture.mode == "P":
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    if picture.mode not in _PLAIN_MODES or (format_ == "JPEG" and picture.mode not in {"L", "RGB"}):
        picture = picture.convert("RGB")
    if format_ == "WEBP" and picture.mode not in {"RGB", "RGBA"}:
        picture = picture.convert("RGB")
    return picture


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        converted = ImageCms.profileToProfile(
            picture,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError):
        return picture
    return converted or picture


def _fresh(picture: Image.Image) -> Image.Image:
    """The same pixels without `info`, where metadata would ride along."""
    bare = picture.copy()
    bare.info = {}
    bare.getexif().clear()
    return bare


def _degrees(parts: Any, side: Any, negative: str, most: int) -> float | None:
    if not parts or len(parts) != 3:
        return None
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    value = -value if side == negative else value
    return round(value, 6) if -most <= value <= most else None


def _moment(written: Any, offset: Any) -> str | None:
    """``2026:07:03 07:15:00`` as ISO 8601, with the zone where the camera wrote one."""
    if not isinstance(written, str):
        return None
    try:
        day, _, time = written.strip("\0 ").partition(" ")
        zone = str(offset or "").strip("\0 ")
        return datetime.fromisoformat(f"{day.replace(':', '-')}T{time}{zone}").isoformat()
    except ValueError:
        return None
