"""Sizes of JPEG and WebP files at a network's PSNR, and their PSNR at its size."""

from io import BytesIO

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from cadl_desktop.data.pictures.codec_sizes import codec_comparison
from cadl_desktop.data.pictures.cropping import image_to_png
from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.data.samples import samples_of
from cadl_desktop.experiment import Experiment
from tests.engine.runs import result_of, small_painting


def photograph(longest: int = 48) -> Experiment:
    experiment = small_painting()
    return replace(experiment, data=experiment.data.has(source="coffee", longest=longest))


def every_file(pixels: np.ndarray, **options: object) -> list[tuple[int, float]]:
    found = []
    for quality in range(1, 101):
        file = BytesIO()
        Image.fromarray(pixels).save(file, quality=quality, **options)
        shown = np.asarray(Image.open(file).convert("RGB"), np.float64)
        error = np.mean((shown - pixels.reshape(*shown.shape[:2], -1)) ** 2)
        found.append((len(file.getvalue()), 10 * np.log10(255**2 / error)))
    return found


def test_the_search_finds_what_trying_all_qualities_finds() -> None:
    experiment = photograph()
    samples = samples_of(experiment.data)
    pixels = samples.as_picture(samples.targets).astype(np.uint8)
    jpeg = [
        file
        for subsampling in ("4:2:0", "4:4:4")
        for file in every_file(pixels, format="JPEG", optimize=True, subsampling=subsampling)
    ]
    webp = every_file(pixels, format="WEBP", method=6)
    for psnr, size in ((30.0, 1000), (31.5, 700)):
        found = result_of(codec_comparison(experiment, psnr, size))
        for sizes, files in ((found.jpeg, jpeg), (found.webp, webp)):
            # Neither size nor PSNR grows at every single quality.
            fewest, best = min(b for b, p in files if p >= psnr), max(p for b, p in files if b <= size)
            assert fewest <= sizes.bytes <= 1.02 * fewest
            assert best - 0.2 <= sizes.psnr <= best + 1e-3
            assert list(sizes.points) == sorted(sizes.points, key=lambda point: point.psnr)


def test_a_psnr_that_nothing_reaches_and_a_size_that_nothing_has() -> None:
    found = result_of(codec_comparison(photograph(), 70.0, 50))
    assert found.jpeg.bytes is None
    assert found.webp.bytes == found.webp.points[-1].bytes  # lossless
    assert found.webp.points[-1].psnr == float("inf")
    assert (found.jpeg.psnr, found.webp.psnr) == (None, None)


def test_a_grey_picture_is_a_grey_jpeg() -> None:
    grey = np.asarray(Image.radial_gradient("L").resize((40, 40)))
    experiment = small_painting()
    png = image_to_png(Image.fromarray(grey).convert("RGB"))
    data = experiment.data.has(source="own", image=png, longest=40)
    found = result_of(codec_comparison(replace(experiment, data=data), 40.0, 800))
    files = every_file(np.repeat(grey[..., np.newaxis], 3, 2), format="JPEG", optimize=True)
    assert found.jpeg.bytes is not None
    assert found.jpeg.bytes < min(size for size, psnr in files if psnr >= 40.0)


def test_hidden_pixels_dont_count() -> None:
    experiment = photograph()
    height, width = samples_of(experiment.data).picture_shape or (0, 0)
    mask = np.zeros((height, width), np.bool_)
    mask[: height // 2] = True
    hidden = replace(experiment, data=experiment.data.has(mask=mask_to_png(mask)))
    seen, whole = (result_of(codec_comparison(each, 34.0, 1500)) for each in (hidden, experiment))
    assert seen.jpeg.psnr != pytest.approx(whole.jpeg.psnr)
