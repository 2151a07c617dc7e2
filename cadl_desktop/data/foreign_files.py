"""What a file is that is no picture of an allowed kind, told by how it begins."""

from cadl_desktop.sentences import Sentence, said

_BEGINNINGS: tuple[tuple[bytes, Sentence], ...] = (
    (b"%PDF-", said("a PDF document")),
    (b"%!PS", said("a PostScript document")),
    (b"8BPS", said("a Photoshop file")),
    (b"gimp xcf", said("a GIMP file")),
    (b"\0\0\0\x0cJXL ", said("a JPEG XL picture")),
    (b"\xff\x0a", said("a JPEG XL picture")),
    (b"\0\0\0\x0cjP  ", said("a JPEG 2000 picture")),
    (b"\xff\x4f\xff\x51", said("a JPEG 2000 picture")),
    (b"\x76\x2f\x31\x01", said("an OpenEXR picture")),
    (b"#?RADIANCE", said("a Radiance picture")),
    (b"\0\0\x01\0", said("an icon")),
)
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_FILM_BRANDS = (b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"qt  ", b"M4V ")


def foreign_kind(start: bytes) -> Sentence | None:
    """A well-known kind of file with its article, from its first kilobyte; None where it isn't known."""
    for beginning, kind in _BEGINNINGS:
        if start.startswith(beginning):
            return kind
    if is_avif(start):
        return said("an AVIF picture")
    if start[4:8] == b"ftyp":
        return _kind_of_brand(start[8:12])
    if start.startswith(b"\x1aE\xdf\xa3"):
        return said("a film")
    return said("an SVG drawing") if _is_svg(start) else None


def is_avif(start: bytes) -> bool:
    return start[4:12] in (b"ftypavif", b"ftypavis")


def _kind_of_brand(brand: bytes) -> Sentence | None:
    """ISO base media files (ISO/IEC 14496-12) say after 'ftyp' what they hold."""
    if brand in _HEIF_BRANDS:
        return said("a HEIC picture")
    return said("a film") if brand in _FILM_BRANDS else None


def _is_svg(start: bytes) -> bool:
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith(b"<svg") or (
        text.startswith((b"<?xml", b"<!--", b"<!DOCTYPE")) and b"<svg" in text
    )
