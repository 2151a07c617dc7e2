"""Pictures of any size, as other programs read them."""

import dataclasses
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from msgspec.structs import replace
from PIL import Image, ImageCms

from cadl_desktop.data.frames import WHOLE, around
from cadl_desktop.data.pictures.cropping import image_to_png as as_carried
from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.engine import render_rows
from cadl_desktop.experiment import Value, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.export.exports import export, export_named, exports_for
from cadl_desktop.export.job import CancelledError
from cadl_desktop.export.pictures.picture_writers import PngWriter
from cadl_desktop.export.trained import Trained
from cadl_desktop.storage.atomic import FileError
from tests.engine.runs import small_painting
from tests.export.networks import untrained
from tests.export.recipes import recipe_in

SIZE = 12


@pytest.fixture(scope="module")
def trained() -> Trained:
    return untrained(small_painting())


def written(path: Path, what: str, trained: Trained, **options: Value) -> Image.Image:
    export(what, path, trained, export_named(what).job(options))
    with Image.open(path) as picture:
        picture.load()
    return picture


def png_samples(path: Path, kind: type) -> np.ndarray[Any, Any]:
    """Samples decoded by TensorFlow's libpng, as Pillow reads only 8 of 16 bits."""
    import tensorflow as tf

    return tf.io.decode_png(path.read_bytes(), dtype=tf.as_dtype(kind)).numpy()


def rendered(trained: Trained, height: int, width: int, times: float = 1.0) -> np.ndarray[Any, Any]:
    frame = around(times) if times != 1 else WHOLE
    bands = render_rows(trained.experiment, trained.state.weights, frame, height, width)
    return np.clip(np.concatenate(list(bands)), 0, 255)


@pytest.mark.parametrize(
    ("options", "size"),
    [
        ({}, (SIZE, SIZE)),
        ({"scale": 2.5}, (30, 30)),
        ({"width": 31}, (31, 31)),
        ({"width": 31, "height": 17}, (31, 17)),
        ({"scale": 2.0, "around": 3.0}, (72, 72)),
    ],
)
def test_a_painting_has_the_size_that_was_asked_for(
    tmp_path: Path, trained: Trained, options: dict[str, Value], size: tuple[int, int]
) -> None:
    picture = written(tmp_path / "painting.png", "painting", trained, **options)
    assert picture.size == size
    expected = rendered(trained, size[1], size[0], float(options.get("around", 1.0)))
    np.testing.assert_array_equal(np.asarray(picture), np.rint(expected))


@pytest.mark.parametrize("ending", [".png", ".tiff"])
def test_sixteen_bits_are_exact(tmp_path: Path, trained: Trained, ending: str) -> None:
    path = tmp_path / f"painting{ending}"
    export("painting", path, trained, export_named("painting").job({"bits": "16", "width": 300}))
    expected = np.rint(rendered(trained, 300, 300) * 257).astype(np.uint16)
    if ending == ".tiff":
        np.testing.assert_array_equal(tifffile.imread(path), expected)
    else:
        np.testing.assert_array_equal(png_samples(path, np.uint16), expected)


def test_a_tiff_of_8_bits_opens_everywhere(tmp_path: Path, trained: Trained) -> None:
    picture = written(tmp_path / "painting.tif", "painting", trained, width=270)
    assert (picture.format, picture.mode) == ("TIFF", "RGB")
    np.testing.assert_array_equal(np.asarray(picture), np.rint(rendered(trained, 270, 270)))


@pytest.mark.parametrize(("ending", "form"), [(".jpg", "JPEG"), (".jpeg", "JPEG"), (".webp", "WEBP")])
def test_lossy_pictures_are_near(tmp_path: Path, trained: Trained, ending: str, form: str) -> None:
    picture = written(tmp_path / f"painting{ending}", "painting", trained, width=64, quality=95)
    assert (picture.format, picture.size) == (form, (64, 64))
    assert np.abs(np.asarray(picture, np.float64) - rendered(trained, 64, 64)).mean() < 3


def test_a_lossless_webp_is_exact(tmp_path: Path, trained: Trained) -> None:
    picture = written(tmp_path / "painting.webp", "painting", trained, width=64, lossless=True)
    np.testing.assert_array_equal(np.asarray(picture), np.rint(rendered(trained, 64, 64)))


def test_progress_is_reported_band_by_band(tmp_path: Path) -> None:
    trained, progress = untrained(preset("lecture-painting")), list[float]()
    job = export_named("painting").job({"width": 400, "height": 1000}, progress.append)
    export("painting", tmp_path / "painting.png", trained, job)
    bands = render_rows(trained.experiment, trained.state.weights, WHOLE, 1000, 400)
    np.testing.assert_allclose(progress, [0, *np.cumsum([len(band) for band in bands]) / 1000, 1])


@pytest.mark.parametrize(("ending", "width"), [(".jpg", 65_536), (".webp", 16_384)])
def test_a_size_beyond_the_format_is_refused_before_rendering(
    tmp_path: Path, trained: Trained, ending: str, width: int
) -> None:
    progress: list[float] = []
    job = export_named("painting").job({"width": width}, progress.append)
    with pytest.raises(FileError, match=f"at most {width - 1:,} pixels a side"):
        export("painting", tmp_path / f"painting{ending}", trained, job)
    assert progress == [0.0]
    assert not list(tmp_path.glob("*.*"))


def test_a_size_beyond_the_memory_is_refused(
    tmp_path: Path, trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cadl_desktop.export.pictures.sizes.free_memory", lambda: 10**6)
    with pytest.raises(FileError, match=r"needs 5\.0 MB of memory, and the machine has 1\.0 MB free"):
        export("painting", tmp_path / "a.jpg", trained, export_named("painting").job({"width": 1000}))
    assert written(tmp_path / "a.png", "painting", trained, width=1000).size == (1000, 1000)


def test_the_error_has_a_sign_in_blue_and_orange(tmp_path: Path, trained: Trained) -> None:
    picture = np.asarray(written(tmp_path / "error.png", "error", trained), np.int64)
    error = (trained.prediction - trained.target).mean(axis=2)
    bluer = picture[..., 2] - picture[..., 0]
    assert (bluer[error > 8] > 0).all()
    assert (bluer[error < -8] < 0).all()
    assert (error > 8).any() or (error < -8).any()


def test_a_composite_keeps_what_was_seen(tmp_path: Path) -> None:
    mask = np.zeros((SIZE, SIZE), np.bool_)
    mask[3:7, 4:9] = True
    experiment = small_painting()
    experiment = replace(experiment, data=experiment.data.has(mask=mask_to_png(mask)))
    assert "composite" in {entry.name for entry in exports_for(experiment)}
    assert "composite" not in {entry.name for entry in exports_for(small_painting())}
    trained = untrained(experiment)
    painted, target = np.rint(rendered(trained, SIZE, SIZE)), trained.target
    picture = np.asarray(written(tmp_path / "composite.png", "composite", trained))
    np.testing.assert_array_equal(picture[mask], painted[mask])
    np.testing.assert_array_equal(picture[~mask], target[~mask])
    outside = np.asarray(written(tmp_path / "outside.png", "composite", trained, around=2.0))
    np.testing.assert_array_equal(outside[6:18, 6:18], picture)
    np.testing.assert_array_equal(outside[:6], np.rint(rendered(trained, 24, 24, 2.0))[:6])
    larger = np.asarray(written(tmp_path / "larger.png", "composite", trained, scale=4.0))
    inner = np.kron(mask, np.ones((4, 4), np.bool_)).astype(bool)
    np.testing.assert_array_equal(larger[inner], np.rint(rendered(trained, 48, 48))[inner])


def test_a_target_is_enlarged_smoothly(tmp_path: Path, trained: Trained) -> None:
    picture = written(tmp_path / "target.png", "target", trained, scale=25.0)
    expected = Image.fromarray(trained.target.astype(np.uint8)).resize((300, 300), Image.Resampling.BICUBIC)
    np.testing.assert_allclose(np.asarray(picture, np.int64), np.asarray(expected, np.int64), atol=4)


def test_a_known_painting_is_not_rendered_again(tmp_path: Path, trained: Trained) -> None:
    known = np.random.default_rng(3).integers(0, 255, (SIZE, SIZE, 3), np.uint8, endpoint=True)
    knowing = dataclasses.replace(trained, known_painting=known)
    np.testing.assert_array_equal(written(tmp_path / "a.png", "painting", knowing), known)
    np.testing.assert_array_equal(written(tmp_path / "b.png", "target", trained), trained.target)
    for options in ({"scale": 2.0}, {"scale": 0.5, "around": 2.0}, {"bits": "16"}):
        painted = written(tmp_path / "c.png", "painting", knowing, **options)
        np.testing.assert_array_equal(painted, written(tmp_path / "d.png", "painting", trained, **options))


def test_an_own_picture_is_written_as_the_experiment_carries_it(tmp_path: Path) -> None:
    pixels = np.random.default_rng(4).integers(0, 255, (20, 30, 3), np.uint8, endpoint=True)
    png = as_carried(Image.fromarray(pixels))
    small = small_painting(data=part("dataset", "picture", source="own", image=png, longest=30))
    trained = untrained(small)
    np.testing.assert_array_equal(written(tmp_path / "own.png", "target", trained), pixels)
    assert recipe_in(tmp_path / "own.png")["what"] == "target"
    written(tmp_path / "own.png", "target", trained, recipe=False)
    assert (tmp_path / "own.png").read_bytes() == png
    reduced = untrained(replace(small, data=small.data.has(longest=15)))
    assert written(tmp_path / "reduced.png", "target", reduced).size == (15, 10)
    assert written(tmp_path / "larger.png", "target", trained, scale=2.0).size == (60, 40)
    assert written(tmp_path / "own.jpg", "target", trained).format == "JPEG"
    written(tmp_path / "deep.png", "target", trained, bits="16")
    np.testing.assert_array_equal(png_samples(tmp_path / "deep.png", np.uint16), pixels * np.uint16(257))


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_grey_or_profiled_own_picture_is_encoded_again(tmp_path: Path, mode: str) -> None:
    pixels = np.random.default_rng(4).integers(0, 255, (20, 30, 3), np.uint8, endpoint=True)
    carried, profile = BytesIO(), ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    kept = {} if mode == "L" else {"icc_profile": profile.tobytes()}
    Image.fromarray(pixels).convert(mode).save(carried, "PNG", **kept)
    data = part("dataset", "picture", source="own", image=carried.getvalue(), longest=30)
    trained = untrained(small_painting(data=data))
    picture = written(tmp_path / "own.png", "target", trained, recipe=False)
    np.testing.assert_array_equal(picture, trained.target)
    assert picture.mode == "RGB"
    assert not picture.info


def test_one_of_many_pictures_is_painted(tmp_path: Path) -> None:
    many = preset("homework-many-pictures")
    many = replace(many, data=many.data.has(count=3, longest=8))
    trained = untrained(many)
    first, second = (
        np.asarray(written(tmp_path / f"{number}.png", "painting", trained, number=number))
        for number in (1.0, 2.0)
    )
    assert first.shape == (8, 8, 3)
    assert (first != second).any()
    np.testing.assert_array_equal(first, np.rint(np.clip(trained.prediction[:8, :8], 0, 255)))


def test_a_cancelled_export_leaves_nothing_behind(tmp_path: Path, trained: Trained) -> None:
    path = tmp_path / "painting.png"
    path.write_bytes(b"earlier")
    job = export_named("painting").job({"width": 2000}, lambda share: job.cancel() if share > 0.2 else None)
    with pytest.raises(CancelledError):
        export("painting", path, trained, job)
    assert path.read_bytes() == b"earlier"
    assert [found.name for found in tmp_path.iterdir() if found.is_file()] == ["painting.png"]


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (9, 1), (33, 20)])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_the_png_writer_is_exact(tmp_path: Path, shape: tuple[int, int], kind: type) -> None:
    random = np.random.default_rng(1)
    noise = random.integers(0, np.iinfo(kind).max, (*shape, 3), kind, endpoint=True)
    smooth = (np.indices(shape).sum(0)[..., np.newaxis] * [3, 5, 7]).astype(kind)
    for rows in (noise, smooth):
        with (
            (tmp_path / "a.png").open("wb") as file,
            PngWriter(file, *shape, bits=8 * np.dtype(kind).itemsize) as png,
        ):
            for band in np.array_split(rows, min(4, len(rows))):
                png.write(band)
        np.testing.assert_array_equal(png_samples(tmp_path / "a.png", kind), rows)
