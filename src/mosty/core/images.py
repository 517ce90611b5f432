"""Pictures that people send: drawn anew, so that nothing hidden in the file goes on.

A photograph says in its EXIF data where and when it was taken and by which telephone; in wartime
that can kill. Only the picture itself is kept, in two sizes.
"""

from dataclasses import dataclass
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from mosty.core.files import JPEG, PNG, check_upload

# Longest side in pixels.
LARGE, SMALL = 1600, 480
# More would fill the memory before it is made small.
MOST_PIXELS = 60_000_000
_QUALITY = 85


@dataclass(frozen=True, slots=True)
class Drawn:
    """Two JPEG files without anything but the picture, and the size of the large one in pixels."""

    large: bytes
    small: bytes
    width: int
    height: int


def draw_anew(file: UploadedFile[bytes]) -> Drawn:
    """The picture of an upload; `ValidationError` when there is none or it is far too large."""
    check_upload(file, allowed=(JPEG, PNG))
    try:
        with Image.open(file, formats=["JPEG", "PNG"]) as given:
            if given.width * given.height > MOST_PIXELS:
                raise ValidationError(
                    _("This picture has too many pixels. Make it smaller and send it again."),
                    code="too_many_pixels",
                )
            # What a telephone only notes beside the picture, which way is up, is carried out.
            upright = ImageOps.exif_transpose(given)
            picture = _on_white(upright)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError) as error:
        raise ValidationError(
            _("This picture cannot be opened. It may have been cut off: send it again."),
            code="broken_picture",
        ) from error
    large = _within(picture, LARGE)
    return Drawn(_jpeg(large), _jpeg(_within(picture, SMALL)), *large.size)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        ground = Image.new("RGBA", clear.size, "white")
        ground.alpha_composite(clear)
        return ground.convert("RGB")
    return picture.convert("RGB")


def _within(picture: Image.Image, side: int) -> Image.Image:
    small = picture.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    return small


def _jpeg(picture: Image.Image) -> bytes:
    # A new image has no info of the old one: nothing is handed over to the writer.
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    out = BytesIO()
    bare.save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return out.getvalue()
