"""What a file is that is no picture of an allowed kind, told by how it begins."""

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"8BPS", "a Photoshop file"),
    (b"gimp xcf", "a GIMP file"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\x76\x2f\x31\x01", "an OpenEXR picture"),
    (b"#?RADIANCE", "a Radiance picture"),
    (b"\0\0\x01\0", "an icon"),
)
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_FILM_BRANDS = (b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"qt  ", b"M4V ")


def foreign_kind(start: bytes) -> str | None:
    """A well-known kind of file with its article, from its first kilobyte; None where it isn't known."""
    for beginning, kind in _BEGINNINGS:
        if start.startswith(beginning):
            return kind
    if is_avif(start):
        return "an AVIF picture"
    if start[4:8] == b"ftyp":
        return _kind_of_brand(start[8:12])
    if start.startswith(b"\x1aE\xdf\xa3"):
        return "a film"
    return "an SVG drawing" if _is_svg(start) else None


def is_avif(start: bytes) -> bool:
    return start[4:12] in (b"ftypavif", b"ftypavis")


def _kind_of_brand(brand: bytes) -> str | None:
    """ISO base media files (ISO/IEC 14496-12) say after 'ftyp' what they hold."""
    if brand in _HEIF_BRANDS:
        return "a HEIC picture"
    return "a film" if brand in _FILM_BRANDS else None


def _is_svg(start: bytes) -> bool:
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith(b"<svg") or (
        text.startswith((b"<?xml", b"<!--", b"<!DOCTYPE")) and b"<svg" in text
    )
