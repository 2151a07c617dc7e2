import dataclasses
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from cadl_desktop.data.pictures.cropping import (
    Box,
    Cut,
    carried_picture,
    carried_size,
    first_longest,
    image_to_png,
    preview_picture,
)
from cadl_desktop.data.pictures.masks import mask_problem, masked_share, only_reveals
from cadl_desktop.data.pictures.masks import mask_to_png as mask_png
from cadl_desktop.data.pictures.picture_dataset import thumbnail
from cadl_desktop.data.pictures.picture_reading import PictureFrame
from cadl_desktop.data.samples import PixelPositions, samples_of
from cadl_desktop.data.scaling import input_scaling, target_scaling
from cadl_desktop.data.scores import scores, seen_psnr
from cadl_desktop.data.subsets import (
    MOST_MEASURED,
    held_out_on_screen,
    measured_rows,
    on_screen,
    screen_rows,
    split,
)
from cadl_desktop.experiment import preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.catalog.dataset_entries import LARGE, MOST_PIXELS, reduced_size, screen_size
from cadl_desktop.experiment.part import Part

HEIGHT, WIDTH = 1000, 1200


@pytest.fixture(scope="module")
def pixels() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)


def large(pixels: np.ndarray, **settings: object) -> Part:
    image = image_to_png(Image.fromarray(pixels))
    return part("dataset", "picture", source="own", image=image, longest=8192).has(**settings)


class TestSizes:
    @pytest.mark.parametrize(
        ("size", "painted"),
        [
            ((4000, 3000), (4000, 3000)),
            ((6048, 4024), (6048, 4024)),  # 24 megapixels of a camera
            ((12_000, 3000), (8192, 2048)),
            ((8000, 6000), (5792, 4344)),
        ],
    )
    def test_a_picture_keeps_up_to_8192_pixels_a_side_and_24_megapixels(
        self, size: tuple[int, int], painted: tuple[int, int]
    ) -> None:
        assert carried_size(Cut(), size) == painted
        assert Cut(longest=8192).painted_size(size) == painted

    def test_no_explicit_size_exceeds_the_limit(self) -> None:
        width, height = Cut(size=(8192, 8192)).painted_size((100, 100))

        assert width == height
        assert width * height <= MOST_PIXELS

    def test_a_screen_shows_1024_of_a_large_picture_and_all_of_any_other(self) -> None:
        assert screen_size(3000, 4000) == (768, 1024)
        assert screen_size(1024, 1024) == (1024, 1024)
        assert screen_size(100, 2000) == (100, 2000)

    @pytest.mark.parametrize(
        ("frame", "painted"),
        [
            ((451, 300), (256, 170)),
            ((4000, 1000), (256, 64)),
            ((4000, 200), (1145, 57)),
            ((200, 4000), (57, 1145)),
            ((5000, 20), (4048, 16)),
            ((20000, 4), (8192, 2)),
            ((10, 10), (10, 10)),
            ((1, 1), (1, 1)),
        ],
    )
    def test_a_panorama_starts_with_as_many_pixels_as_a_square(
        self, frame: tuple[int, int], painted: tuple[int, int]
    ) -> None:
        assert Cut(longest=first_longest(frame)).painted_size(frame) == painted

    def test_a_panorama_has_more_pixels_along_its_longer_side_at_every_size(self) -> None:
        assert [first_longest((4000, 200), side) for side in (64, 256, 512)] == [286, 1145, 2290]

    def test_smaller_pictures_are_reduced_to_the_longer_side(self) -> None:
        assert reduced_size((451, 300), 64) == (64, 43)


class TestSamples:
    def test_targets_are_bytes(self, pixels: np.ndarray) -> None:
        samples = samples_of(large(pixels))

        assert samples.large
        assert samples.targets.dtype == np.uint8
        assert np.array_equal(samples.as_picture(samples.targets), pixels)
        assert samples.inputs[3 * WIDTH + 7 : 3 * WIDTH + 9].tolist() == [[3, 7], [3, 8]]

    def test_concurrent_callers_share_a_large_pictures_pixels(self, pixels: np.ndarray) -> None:
        data, barrier = large(255 - pixels), Barrier(2)

        def load(_: int) -> np.ndarray:
            barrier.wait()
            return thumbnail(data, data["longest"])

        with ThreadPoolExecutor(2) as pool:
            one, other = pool.map(load, range(2))
        assert one is other

    def test_pictures_up_to_a_million_pixels_are_float64(self, pixels: np.ndarray) -> None:
        samples = samples_of(large(pixels, longest=1024))

        assert len(samples.inputs) <= LARGE
        assert not samples.large
        assert samples.targets.dtype == samples.inputs.dtype == np.float64

    def test_all_rows_but_hidden_and_held_out_ones_are_trained_on(self, pixels: np.ndarray) -> None:
        mask = np.zeros((HEIGHT, WIDTH), bool)
        mask[:100] = True
        data = large(pixels, mask=mask_png(mask))
        experiment = replace(preset("lecture-painting"), data=data, validation=0.25)
        samples = samples_of(experiment.data)
        training, validation = split(experiment, samples)

        assert training.dtype == np.int32
        together = np.sort(np.concatenate([training, validation]))
        assert np.array_equal(together, np.arange(100 * WIDTH, HEIGHT * WIDTH))
        assert len(validation) == round(0.25 * 900 * WIDTH)

    def test_training_on_all_rows_does_not_store_them(self, pixels: np.ndarray) -> None:
        experiment = replace(preset("lecture-painting"), data=large(pixels), validation=0.0)
        samples = samples_of(experiment.data)
        tracemalloc.start()
        try:
            training, validation = split(experiment, samples)
            held = tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()
        places = np.array([5, 0, HEIGHT * WIDTH - 1])

        assert held < HEIGHT * WIDTH
        assert len(training) == HEIGHT * WIDTH
        assert not len(validation)
        assert np.array_equal(training[:], np.arange(HEIGHT * WIDTH))
        assert np.array_equal(training[-3:], np.arange(HEIGHT * WIDTH - 3, HEIGHT * WIDTH))
        assert np.array_equal(training[places], places)

    def test_measured_rows_are_a_fixed_sample_of_visible_rows(self, pixels: np.ndarray) -> None:
        mask = np.zeros((HEIGHT, WIDTH), bool)
        mask[:100] = True
        samples = samples_of(large(pixels, mask=mask_png(mask)))
        rows = measured_rows(samples)

        assert len(np.unique(rows)) == len(rows) == MOST_MEASURED
        assert not samples.hidden[rows].any()
        assert np.array_equal(rows, measured_rows(samples))
        assert abs(samples.targets[rows].mean() - samples.targets[100 * WIDTH :].mean()) < 0.2

    @pytest.mark.parametrize("scaling", ["standardised", "standardised per column", "centred"])
    def test_scalings_use_the_measured_rows(self, pixels: np.ndarray, scaling: str) -> None:
        plain = preset("lecture-painting")
        experiment = replace(plain, data=large(pixels), input_scaling=scaling, target_scaling="standardised")
        samples = samples_of(experiment.data)
        inputs = input_scaling(experiment, samples).apply(samples.inputs[:])
        targets = target_scaling(experiment, samples).apply(samples.targets)

        assert inputs.mean() == pytest.approx(0, abs=5e-3)
        assert targets.mean() == pytest.approx(0, abs=5e-3)
        assert targets.std() == pytest.approx(1, abs=5e-3)


class TestOnScreen:
    def test_it_shows_the_picture_s_own_pixels(self, pixels: np.ndarray) -> None:
        shown = on_screen(samples_of(large(pixels)))

        assert shown.picture_shape == screen_size(HEIGHT, WIDTH)
        assert not shown.large
        rows, columns = shown.inputs[:].astype(int).T
        assert np.array_equal(shown.targets, pixels[rows, columns])
        assert rows.max() > HEIGHT - 3
        assert rows.min() < 3
        assert shown.high.tolist() == [HEIGHT, WIDTH]

    def test_colours_stay_bytes_and_positions_are_lazy(self, pixels: np.ndarray) -> None:
        shown = on_screen(samples_of(large(pixels)))

        assert shown.targets.dtype == np.uint8
        assert isinstance(shown.inputs, PixelPositions)
        assert shown.inputs.shape == (len(shown.targets), 2)

    def test_a_uint8_painting_scores_like_a_float_one(self, pixels: np.ndarray) -> None:
        shown = on_screen(samples_of(large(pixels)))
        painting = np.clip(shown.as_picture(shown.targets).astype(np.float32) + 3.5, 0, 255)
        floats = dataclasses.replace(shown, targets=shown.targets.astype(np.float64))

        assert scores(painting, shown) == scores(painting, floats)
        assert seen_psnr(painting.reshape(-1, 3), shown) == seen_psnr(painting.reshape(-1, 3), floats)

    def test_a_picture_that_is_not_large_is_shown_unchanged(self) -> None:
        samples = samples_of(part("dataset", "picture"))

        assert on_screen(samples) is samples


def test_a_preview_has_no_more_pixels_than_can_be_seen(pixels: np.ndarray) -> None:
    frame = PictureFrame(Image.fromarray(pixels), "noise")
    cut = Cut(Box(100, 100, 800, 600), longest=8192)

    assert preview_picture(frame, cut, 400).shape == (300, 400, 3)
    assert Image.open(BytesIO(carried_picture(frame, cut))).size == (800, 600)


def test_a_mask_whose_only_visible_pixel_is_lost_in_the_reduction_is_a_problem(pixels: np.ndarray) -> None:
    mask = np.ones((2048, 2048), bool)
    mask[0, 0] = False  # contains the centre of no pixel of the picture
    hides_all = large(pixels, mask=mask_png(mask))

    assert samples_of(hides_all).hidden.all()
    assert "Every pixel is hidden" in mask_problem(hides_all, HEIGHT, WIDTH)


@pytest.mark.parametrize("shape", [(HEIGHT, WIDTH), (50, 60), (2048, 1500)])
def test_masked_share_is_the_share_of_masked_pixels(pixels: np.ndarray, shape: tuple[int, int]) -> None:
    png = mask_png(np.random.default_rng(2).random(shape) < 0.3)

    assert masked_share(png, HEIGHT, WIDTH) == samples_of(large(pixels, mask=png)).hidden.mean()


def test_a_mask_of_all_pixels_is_a_problem(pixels: np.ndarray) -> None:
    everything = np.ones((50, 60), bool)
    hides_all = large(pixels, mask=mask_png(everything))
    everything[0, 0] = False

    assert "Every pixel is hidden" in mask_problem(hides_all, HEIGHT, WIDTH)
    assert not mask_problem(large(pixels, mask=mask_png(everything)), HEIGHT, WIDTH)


def test_only_reveals_notices_every_newly_hidden_pixel(pixels: np.ndarray) -> None:
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[200:300] = True
    before = large(pixels, mask=mask_png(mask))
    mask[200:300:2, ::3] = False
    fewer = large(pixels, mask=mask_png(mask))
    mask[901, 1001] = True  # a pixel that the screen doesn't show
    more = large(pixels, mask=mask_png(mask))

    assert (901 * WIDTH + 1001) not in screen_rows(samples_of(more))
    assert only_reveals(before, fewer, HEIGHT, WIDTH)
    assert not only_reveals(fewer, more, HEIGHT, WIDTH)
    assert only_reveals(before.has(keep=40.0), fewer.has(keep=50.0), HEIGHT, WIDTH)
    assert not only_reveals(before.has(keep=50.0), fewer.has(keep=40.0), HEIGHT, WIDTH)


def test_what_is_held_out_of_a_large_picture_is_held_out_on_the_screen(pixels: np.ndarray) -> None:
    experiment = replace(preset("lecture-painting"), data=large(pixels), validation=0.25)
    samples = samples_of(experiment.data)
    assert samples.large
    held_out = held_out_on_screen(experiment, samples)
    wanted = np.zeros(HEIGHT * WIDTH, np.bool_)
    wanted[split(experiment, samples)[1]] = True
    shown = np.zeros(len(on_screen(samples).inputs), np.bool_)
    shown[held_out] = True
    assert np.array_equal(shown, wanted[screen_rows(samples).ravel()])
    assert not len(held_out_on_screen(replace(experiment, validation=0.0), samples))
