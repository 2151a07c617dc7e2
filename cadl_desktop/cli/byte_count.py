"""`train --bytes`: in how few bytes the trained network paints its picture, and what JPEG and WebP need."""

from collections.abc import Callable
from dataclasses import dataclass

from cadl_desktop.export.trained import Trained
from cadl_desktop.system.pieces import last_piece


@dataclass(frozen=True)
class ByteCount:
    """Network rounded to `bits` bits a weight, with its size and the PSNR in dB that it still paints, and the
    bytes of JPEG, None where it doesn't reach that PSNR, and WebP, which is lossless at worst."""

    bits: float
    bytes: int
    psnr: float
    jpeg_bytes: int | None
    webp_bytes: int


def counted_bytes(trained: Trained, keep_going: Callable[[], bool]) -> ByteCount | None:
    """Rounds a run's weights, and compares their bytes with those of picture files. None if `keep_going`
    returns False.

    Raises `engine.RoundingError` and `data.samples.DataError`.
    """
    from cadl_desktop.engine import network_bytes  # brings TensorFlow along

    experiment, state = trained.experiment, trained.state
    found = last_piece(network_bytes(experiment, state.weights, state.cores), keep_going)
    if found is None:
        return None
    jpeg, webp = found.codecs.jpeg.bytes, found.codecs.webp.bytes
    assert webp is not None, "a lossless file reaches every PSNR"
    return ByteCount(found.bits, found.bytes, found.psnr, jpeg, webp)


def in_words(found: ByteCount) -> str:
    """'Rounded to 7 bits: 10,431 bytes, 34.70 dB. WebP needs 12,332 bytes for that; JPEG 18,251.'"""
    jpeg = "JPEG doesn't reach it" if found.jpeg_bytes is None else f"JPEG {found.jpeg_bytes:,}"
    return (
        f"Rounded to {found.bits:g} bits: {found.bytes:,} bytes, {found.psnr:.2f} dB. "
        f"WebP needs {found.webp_bytes:,} bytes for that; {jpeg}."
    )
