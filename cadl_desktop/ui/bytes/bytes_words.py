"""Sentences about the bytes of a network, beside those of JPEG and WebP."""

import math

from cadl_desktop.runs.evaluations import NetworkBytes

KILOBYTE = 1000


def network_in_words(found: NetworkBytes) -> str:
    """'10.4 kB at 35.7 dB: 7.25 bits a parameter.'"""
    size, psnr = _kilobytes(found.bytes), _decibels(found.psnr)
    return f"{size} kB at {psnr} dB: {found.bits:g} bits a parameter."


def codecs_in_words(found: NetworkBytes) -> str:
    """'For that WebP needs 9.9 kB, JPEG 14.6; in 10.4 kB WebP reaches 36.0 dB, JPEG 33.1.'"""
    return f"{_at_this_psnr(found)}; {_in_this_size(found)}."


def _at_this_psnr(found: NetworkBytes) -> str:
    jpeg, webp = found.codecs.jpeg.bytes, found.codecs.webp.bytes
    assert webp is not None, "a lossless file reaches every PSNR"
    words = f"For that WebP needs {_kilobytes(webp)} kB"
    return f"{words}, and JPEG never gets there" if jpeg is None else f"{words}, JPEG {_kilobytes(jpeg)}"


def _in_this_size(found: NetworkBytes) -> str:
    size, jpeg, webp = _kilobytes(found.bytes), found.codecs.jpeg.psnr, found.codecs.webp.psnr
    if webp is None and jpeg is None:
        return f"neither can be as small as {size} kB"
    if webp is None or jpeg is None:
        one, other = ("JPEG", "WebP") if webp is None else ("WebP", "JPEG")
        return f"in {size} kB {one} reaches {_decibels(webp or jpeg or 0.0)} dB, and no {other} is so small"
    if math.isinf(webp):
        return f"in {size} kB WebP has no error at all, and JPEG reaches {_decibels(jpeg)} dB"
    return f"in {size} kB WebP reaches {_decibels(webp)} dB, JPEG {_decibels(jpeg)}"


def _kilobytes(count: int) -> str:
    """Size with the more decimals the smaller it is: 0.42, 10.4, 1,204."""
    size = count / KILOBYTE
    return f"{size:.2f}" if size < 0.995 else f"{size:.1f}" if size < 99.95 else f"{size:,.0f}"


def _decibels(psnr: float) -> str:
    return f"{psnr:.1f}" if math.isfinite(psnr) else "∞"
