"""Masks: which pixels of a picture are hidden from the network."""

from contextlib import suppress
from functools import lru_cache
from io import BytesIO

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from cadl_desktop.data.frames import nearest_pixels
from cadl_desktop.data.pictures.picture_headers import GREY_COLOURS, has_only_pixel_chunks, png_header
from cadl_desktop.data.pictures.picture_reading import PictureError, Source, read_frame
from cadl_desktop.experiment.catalog.dataset_entries import is_large, picture_size
from cadl_desktop.experiment.part import Part
from cadl_desktop.sentences import Sentence, sentence_of

Mask = NDArray[np.bool_]

MOST_SIDE = 2048
"""Most pixels along a side of a mask read from a file; in a larger picture each hides several pixels."""
ALL_HIDDEN = "Every pixel is hidden, so nothing would be learned; show some again."
_CERTAIN_COUNT = 1000
"""Expected number of visible pixels from which at least one is practically certain."""


def hidden_pixels(data: Part, height: int, width: int) -> Mask | None:
    """Returns the hidden pixels of a picture dataset at this size, read-only; None where there are none.

    (height, width). A pixel is hidden by the mask, or because it is not among the `keep` percent that are
    kept at random: exactly round(pixels · keep / 100) of them. A larger percentage keeps all pixels of a
    smaller one. Raises PictureError where the mask can't be read.
    """
    return _hidden(data["mask"], float(data["keep"]), data["keep_seed"], height, width)


def mask_problem(data: Part, height: int, width: int) -> str:
    """Returns why nothing could be learned of a picture that is hidden like this; empty where something can.

    Also empty for a large picture where it depends on chance, which takes seconds to compute: the training
    will report it. Loaded by name, `experiment/catalog/dataset_entries.py`.
    """
    try:
        shown = height * width - _masked_count(data["mask"], height, width)
        kept = _kept_count(float(data["keep"]), height, width)
        if shown > height * width - kept or shown * kept > _CERTAIN_COUNT * height * width:
            return ""  # some visible pixel is kept, whatever the random choice
        if shown and is_large(height, width):
            return ""
        hidden = hidden_pixels(data, height, width)
    except PictureError as error:
        return sentence_of(error)
    return ALL_HIDDEN if hidden is not None and hidden.all() else ""


def only_reveals(before: Part, after: Part, height: int, width: int) -> bool:
    """Tells whether every pixel hidden in `after` was hidden in `before`, at this size. Raises PictureError.

    Returns False for a large picture where it depends on the random choice of kept pixels: this runs on the
    event loop, and the choice takes seconds.
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
    """Tells whether a mask hides a pixel of a picture at this size that an earlier mask didn't."""
    if not after or before == after:
        return False
    marked = _decoded_mask(after)
    were_marked = _decoded_mask(before) if before else np.zeros((1, 1), np.bool_)
    if marked.shape == were_marked.shape and marked.shape[0] <= height and marked.shape[1] <= width:
        return bool((marked & ~were_marked).any())  # each pixel of the masks contains pixels of the picture
    # The distinct pairs of the masks' rows and columns, which are fewer than those of the picture.
    down, across = (
        np.unique(np.stack([nearest_pixels(wanted, one), nearest_pixels(wanted, other)]), axis=1)
        for wanted, one, other in zip((height, width), marked.shape, were_marked.shape, strict=True)
    )
    newly = marked[np.ix_(down[0], across[0])] & ~were_marked[np.ix_(down[1], across[1])]
    return bool(newly.any())


def mask_to_png(mask: Mask) -> bytes:
    """Encodes a mask (height, width) as an experiment holds it; empty bytes where it hides nothing."""
    if not mask.any():
        return b""
    written = BytesIO()
    height, width = mask.shape
    bits = np.packbits(mask, axis=1).tobytes()
    Image.frombytes("1", (width, height), bits).save(written, "PNG", compress_level=1)
    return written.getvalue()


def mask_of_file(source: Source, name: str = "") -> bytes:
    """Reads a picture file as a mask: transparent pixels are hidden or, where there are none, light ones.

    Opaque pictures are allowed to have an alpha channel, as painting programs write it. Raises PictureError,
    which names the file or calls its content by `name`, also where nothing is hidden.
    """
    frame = read_frame(source, name=name)
    image = frame.image
    image.thumbnail((MOST_SIDE, MOST_SIDE), Image.Resampling.NEAREST)
    hidden = np.zeros((1, 1), np.bool_)
    if image.mode == "RGBA":
        hidden = np.asarray(image.getchannel("A")) < 128
    if not hidden.any():
        hidden = np.asarray(image.convert("L")) >= 128
    if not hidden.any():
        raise PictureError(
            "{name} hides no pixel; paint light what is to be hidden, or make it transparent.",
            name=frame.name,
        )
    return mask_to_png(hidden)


def stretch_note(data: Part, png: bytes) -> Sentence | None:
    """Returns a note about a mask whose proportions differ from the picture's by more than rounding, so that
    it is stretched; else None."""
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


def normalised_mask(png: bytes) -> bytes:
    """Returns a mask as `mask_to_png` encodes it. A mask of another kind is decoded in another process, so
    that this must not run on an event loop. Raises PictureError."""
    if not png or _decoded_own_png(png) is not None:
        return png
    image = read_frame(png, name="The mask").image.convert("L")
    image.thumbnail((MOST_SIDE, MOST_SIDE), Image.Resampling.NEAREST)
    return mask_to_png(np.asarray(image) > 0)


def drawn_pixels(data: Part, height: int, width: int) -> Mask:
    """Returns the pixels (height, width) that a dataset's mask alone hides. Raises PictureError."""
    return _drawn_at_size(data["mask"], height, width).copy()


def masked_share(png: bytes, height: int, width: int) -> float:
    """Returns the fraction of a picture of this size that a mask hides. Raises PictureError.

    Loaded by name, `experiment/methods/facts.py`.
    """
    return _masked_count(png, height, width) / (height * width)


@lru_cache(maxsize=8)
def _masked_count(png: bytes, height: int, width: int) -> int:
    """Counts the pixels that a mask hides. Fast enough for the event loop, without resizing the mask."""
    if not png:
        return 0
    marked = _decoded_mask(png)
    down, across = (
        np.bincount(nearest_pixels(wanted, available), minlength=available).astype(np.float32)
        for wanted, available in zip((height, width), marked.shape, strict=True)
    )
    # float32 is exact for such small whole numbers, and five times as fast as integers.
    return int((down @ marked.astype(np.float32)) @ across.astype(np.float64))


@lru_cache(maxsize=8)
def _hidden(png: bytes, keep: float, seed: int, height: int, width: int) -> Mask | None:
    hidden = _drawn_at_size(png, height, width)
    if keep < 100:
        hidden = hidden | ~_kept(keep, seed, height, width)
    hidden.flags.writeable = False  # shared by all callers through the cache
    return hidden if hidden.any() else None


def _kept(keep: float, seed: int, height: int, width: int) -> Mask:
    count = height * width
    kept = np.zeros(count, np.bool_)
    kept[np.random.default_rng(seed).permutation(count)[: _kept_count(keep, height, width)]] = True
    return kept.reshape(height, width)


def _kept_count(keep: float, height: int, width: int) -> int:
    return round(height * width * keep / 100)


@lru_cache(maxsize=8)
def _drawn_at_size(png: bytes, height: int, width: int) -> Mask:
    drawn = _at_size(png, height, width)
    drawn.flags.writeable = False  # shared by all callers through the cache
    return drawn


def _decoded_mask(png: bytes) -> Mask:
    marked = _decoded_own_png(png)
    if marked is None:
        try:
            marked = np.asarray(read_frame(png, name="The mask").image.convert("L")) > 0
        except PictureError as error:
            raise PictureError("The mask can't be read; clear it and draw it again.") from error
    return marked


def _at_size(png: bytes, height: int, width: int) -> Mask:
    if not png:
        return np.zeros((height, width), np.bool_)
    marked = _decoded_mask(png)
    if marked.shape == (height, width):
        return marked
    return marked[np.ix_(nearest_pixels(height, marked.shape[0]), nearest_pixels(width, marked.shape[1]))]


def _decoded_own_png(png: bytes) -> Mask | None:
    """Decodes a mask that `mask_to_png` has written; None for any other picture and for a damaged one.

    Masks are decoded where edits are checked, on the event loop, which can't wait for another process. The
    format is so plain that Pillow only unpacks bits: for 2048 x 2048 pixels in a fifth of the time that a
    conversion of colours would take.
    """
    header = png_header(png)
    if header is None or header[2:] != (1, GREY_COLOURS, 0, 0, 0) or max(header[:2]) > MOST_SIDE:
        return None
    if not has_only_pixel_chunks(png):
        return None
    with suppress(Exception):  # decoders raise nearly anything for damaged data
        image = Image.open(BytesIO(png), formats=("PNG",))
        # Pillow's booleans for such a picture are bytes of 255, which other libraries count wrongly.
        return np.asarray(image).view(np.uint8) > 0
    return None


def composite(prediction: ArrayLike, target: ArrayLike, hidden: Mask | None) -> NDArray[np.float64]:
    """Returns the target where it is visible and the prediction where it is hidden, (height, width, colours).

    `hidden` is (height, width); None where nothing is hidden.
    """
    seen = np.asarray(target, np.float64)
    if hidden is None:
        return seen
    return np.where(hidden[..., np.newaxis], np.asarray(prediction, np.float64), seen)
