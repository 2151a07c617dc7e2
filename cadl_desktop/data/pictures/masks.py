"""Which pixels of a picture are hidden from the network."""

from contextlib import suppress
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop.data.pictures.composites import Mask
from cadl_desktop.data.pictures.picture_files import PictureError, read_frame
from cadl_desktop.data.pictures.png_header import GREY, is_nothing_but_pixels, png_header
from cadl_desktop.experiment.catalog.datasets import picture_size
from cadl_desktop.experiment.catalog.large_pictures import is_large
from cadl_desktop.experiment.part import Part
from cadl_desktop.sentences import Sentence, sentence_of

MOST_SIDE = 2048
"""Pixels along a side of a mask that is taken from a file; of a larger picture each hides several."""
ALL_HIDDEN = "Every pixel is hidden, so nothing would be learned; show some again."
_SURELY = 1000
"""Where so many shown pixels are kept by chance on average, one surely is."""


def hidden_pixels(data: Part, height: int, width: int) -> Mask | None:
    """What a picture dataset hides of its picture at this size, (height, width), read-only; None where that
    is nothing.

    A pixel is hidden by the mask, or because it is not among the `keep` percent that are kept: exactly
    round(pixels · keep / 100) of them, and of more percent all of those of fewer. Raises PictureError where
    the mask can't be read.
    """
    return _hidden(data["mask"], float(data["keep"]), data["keep_seed"], height, width)


def problem_of(data: Part, height: int, width: int) -> str:
    """Why nothing could be learned of a picture that is hidden like this; empty where something can, or of a
    large one where only chance can say, which takes seconds: then training says it."""
    try:
        shown = height * width - _masked_count(data["mask"], height, width)
        kept = _kept_count(float(data["keep"]), height, width)
        if shown > height * width - kept or shown * kept > _SURELY * height * width:
            return ""  # some that are shown are kept, whichever these are
        if shown and is_large(height, width):
            return ""
        hidden = hidden_pixels(data, height, width)
    except PictureError as error:
        return sentence_of(error)
    return ALL_HIDDEN if hidden is not None and hidden.all() else ""


def only_reveals(before: Part, after: Part, height: int, width: int) -> bool:
    """Whether nothing that was seen of a picture at this size is hidden now. Raises PictureError.

    Where only chance can say, as few of a large picture's pixels are kept, the answer is no: it is asked for
    on an event loop, and chance takes seconds.
    """
    same_chance = before["keep_seed"] == after["keep_seed"] and before["keep"] <= after["keep"]
    keeps_more = after["keep"] == 100 or same_chance
    if keeps_more and not _masks_more(before["mask"], after["mask"], height, width):
        return True
    if is_large(height, width):
        return False
    hidden, was_hidden = (hidden_pixels(data, height, width) for data in (after, before))
    return hidden is None or (was_hidden is not None and not (hidden & ~was_hidden).any())


def _masks_more(before: bytes, after: bytes, height: int, width: int) -> bool:
    """Whether a mask hides a pixel of a picture at this size that one before it didn't."""
    if not after or before == after:
        return False
    marked = _own_pixels(after)
    were_marked = _own_pixels(before) if before else np.zeros((1, 1), np.bool_)
    if marked.shape == were_marked.shape and marked.shape[0] <= height and marked.shape[1] <= width:
        return bool((marked & ~were_marked).any())  # each of their pixels has some of the picture's
    # Each pair of the two masks' pixels that a pixel of the picture lies in, once: fewer than its pixels.
    down, across = (
        np.unique(np.stack([_nearest(wanted, one), _nearest(wanted, other)]), axis=1)
        for wanted, one, other in zip((height, width), marked.shape, were_marked.shape, strict=True)
    )
    newly = marked[np.ix_(down[0], across[0])] & ~were_marked[np.ix_(down[1], across[1])]
    return bool(newly.any())


def as_png(mask: Mask) -> bytes:
    """A mask (height, width) as an experiment carries it; nothing where it hides nothing."""
    if not mask.any():
        return b""
    written = BytesIO()
    height, width = mask.shape
    bits = np.packbits(mask, axis=1).tobytes()
    Image.frombytes("1", (width, height), bits).save(written, "PNG", compress_level=1)
    return written.getvalue()


def mask_of_file(path: Path) -> bytes:
    """A person's picture file as a mask: what is transparent in it is hidden, or where nothing is, what is
    light: painting programs give opaque pictures an alpha, too.

    Raises PictureError, which names the file, also where nothing is hidden.
    """
    image = read_frame(path).image
    image.thumbnail((MOST_SIDE, MOST_SIDE), Image.Resampling.NEAREST)
    hidden = np.zeros((1, 1), np.bool_)
    if image.mode == "RGBA":
        hidden = np.asarray(image.getchannel("A")) < 128
    if not hidden.any():
        hidden = np.asarray(image.convert("L")) >= 128
    if not hidden.any():
        raise PictureError(
            "'{name}' hides no pixel; paint light what is to be hidden, or make it transparent.",
            name=path.name,
        )
    return as_png(hidden)


def other_shape(data: Part, png: bytes) -> Sentence | None:
    """What is said of a mask that isn't of the picture's proportions, but for the rounding of their sides: it
    is stretched."""
    header, (width, height) = png_header(png), picture_size(data)
    if header is None or not width or not height:
        return None
    wanted_height, wanted_width = header.width * height / width, header.height * width / height
    if abs(header.height - wanted_height) <= 1 or abs(header.width - wanted_width) <= 1:
        return None
    return Sentence(
        "its {mask_width} x {mask_height} pixels are stretched to the {width} x {height} of the picture",
        mask_width=header.width,
        mask_height=header.height,
        width=width,
        height=height,
    )


def as_own(png: bytes) -> bytes:
    """A mask that an experiment carries as `as_png` writes it: one of another kind is decoded in another
    process, which nothing that runs on an event loop may wait for. Raises PictureError."""
    if not png or _bits(png) is not None:
        return png
    image = read_frame(png, name="The mask").image.convert("L")
    image.thumbnail((MOST_SIDE, MOST_SIDE), Image.Resampling.NEAREST)
    return as_png(np.asarray(image) > 0)


def drawn_pixels(data: Part, height: int, width: int) -> Mask:
    """What a dataset's mask alone hides at this size, (height, width). Raises PictureError."""
    return _drawn(data["mask"], height, width).copy()


def masked_share(png: bytes, height: int, width: int) -> float:
    """The share, 0 to 1, that a mask hides of a picture of this size. Raises PictureError."""
    return _masked_count(png, height, width) / (height * width)


@lru_cache(maxsize=8)
def _masked_count(png: bytes, height: int, width: int) -> int:
    """How many pixels that is; asked on an event loop, where a mask of a large picture's size isn't made."""
    if not png:
        return 0
    marked = _own_pixels(png)
    down, across = (
        np.bincount(_nearest(wanted, there), minlength=there).astype(np.float32)
        for wanted, there in zip((height, width), marked.shape, strict=True)
    )
    # Of whole numbers as small as these float32 is exact; integers take five times as long.
    return int((down @ marked.astype(np.float32)) @ across.astype(np.float64))


@lru_cache(maxsize=8)
def _hidden(png: bytes, keep: float, seed: int, height: int, width: int) -> Mask | None:
    hidden = _drawn(png, height, width)
    if keep < 100:
        hidden = hidden | ~_kept(keep, seed, height, width)
    hidden.flags.writeable = False  # shared by everybody who asks for it
    return hidden if hidden.any() else None


def _kept(keep: float, seed: int, height: int, width: int) -> Mask:
    count = height * width
    kept = np.zeros(count, np.bool_)
    kept[np.random.default_rng(seed).permutation(count)[: _kept_count(keep, height, width)]] = True
    return kept.reshape(height, width)


def _kept_count(keep: float, height: int, width: int) -> int:
    return round(height * width * keep / 100)


@lru_cache(maxsize=8)
def _drawn(png: bytes, height: int, width: int) -> Mask:
    drawn = _at_size(png, height, width)
    drawn.flags.writeable = False  # shared by everybody who asks for it
    return drawn


def _own_pixels(png: bytes) -> Mask:
    marked = _bits(png)
    if marked is None:
        try:
            marked = np.asarray(read_frame(png, name="The mask").image.convert("L")) > 0
        except PictureError as error:
            raise PictureError("The mask can't be read; clear it and draw it again.") from error
    return marked


def _at_size(png: bytes, height: int, width: int) -> Mask:
    if not png:
        return np.zeros((height, width), np.bool_)
    marked = _own_pixels(png)
    if marked.shape == (height, width):
        return marked
    return marked[np.ix_(_nearest(height, marked.shape[0]), _nearest(width, marked.shape[1]))]


def _bits(png: bytes) -> Mask | None:
    """What `as_png` has written; None of any other picture, and of a damaged one.

    A mask is decoded where its edit is checked, on the event loop, which can't wait for another process; it
    is so plain that Pillow has nothing to do but to unpack bits. Of 2048 x 2048 pixels that takes a fifth of
    the time that it takes with a change of colours.
    """
    header = png_header(png)
    if header is None or header[2:] != (1, GREY, 0, 0, 0) or max(header[:2]) > MOST_SIDE:
        return None
    if not is_nothing_but_pixels(png):
        return None
    with suppress(Exception):  # decoders raise nearly anything for damaged data
        image = Image.open(BytesIO(png), formats=("PNG",))
        # Pillow's arrays of such a picture hold truths of 255, by which other libraries count wrongly.
        return np.asarray(image).view(np.uint8) > 0
    return None


def _nearest(wanted: int, there: int) -> NDArray[np.int64]:
    """For each of `wanted` pixels in a row the one of `there` pixels in which its middle lies."""
    return ((2 * np.arange(wanted) + 1) * there) // (2 * wanted)
