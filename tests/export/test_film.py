"""Films, as Pillow and ffmpeg decode them."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from imageio_ffmpeg import get_ffmpeg_exe
from PIL import Image, ImageSequence
from skimage.data import astronaut
from skimage.metrics import peak_signal_noise_ratio

from cadl_desktop.engine import Control, predict, train
from cadl_desktop.experiment import Value, preset
from cadl_desktop.export.exports import export, export_named, preview
from cadl_desktop.export.job import CancelledError
from cadl_desktop.export.pictures import film_files
from cadl_desktop.export.pictures.film_files import Film, Pixels, default_ending, write_film_file
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.events import Finished, Snapshot
from cadl_desktop.runs.run_snapshots import Snapshots
from cadl_desktop.storage.atomic import FileError
from tests.engine.runs import small_painting
from tests.export.networks import MOMENTS, artists, filmed, untrained
from tests.small_files import limited_file_size

FILM = export_named("film")


@pytest.fixture(scope="module")
def painting() -> Trained:
    return filmed(small_painting())


@pytest.fixture(scope="module")
def curve() -> Trained:
    return filmed(preset("lecture-tanh"))


def written(tmp_path: Path, ending: str, trained: Trained, **options: Value) -> Path:
    path = tmp_path / f"film{ending}"
    export("film", path, trained, FILM.job({"recipe": False} | options))
    return path


def pictures_of(trained: Trained) -> list[np.ndarray[Any, Any]]:
    """Picture of every snapshot at the target's own size."""
    states = [*trained.snapshots.states, trained.state]
    values = [predict(trained.experiment, state.weights, trained.positions) for state in states]
    return [np.rint(np.clip(value, 0, 255)).reshape(12, 12, 3).astype(np.uint8) for value in values]


def frames_of(path: Path) -> list[np.ndarray[Any, Any]]:
    with Image.open(path) as film:
        return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(film)]


def durations_of(path: Path) -> list[int]:
    with Image.open(path) as film:
        found = []
        for frame in ImageSequence.Iterator(film):
            frame.load()
            found.append(round(frame.info["duration"]))
        return found


def test_a_gif_shows_every_moment_exactly_where_colours_are_few(tmp_path: Path, painting: Trained) -> None:
    path = written(tmp_path, ".gif", painting, scale=1.0, seconds=2.0, fps=10.0, hold=1.0, pace="even")
    for frame, expected in zip(frames_of(path), pictures_of(painting), strict=True):
        np.testing.assert_array_equal(frame, expected)
    assert sum(durations_of(path)) == 3000
    assert durations_of(path)[-1] >= 1000
    with Image.open(path) as film:
        assert film.info["loop"] == 0


def test_no_frame_of_a_gif_is_too_short_for_browsers(tmp_path: Path) -> None:
    """Browsers show frames of a hundredth of a second for a tenth."""
    pictures = [np.full((8, 8, 3), 5 * number, np.uint8) for number in range(31)]
    write_film_file(tmp_path / "a.gif", Film(8, 8, iter(pictures), (1,) * 31, 60.0))
    assert min(durations_of(tmp_path / "a.gif")) >= 20
    assert sum(durations_of(tmp_path / "a.gif")) == pytest.approx(1000 * 31 / 60, abs=10)
    np.testing.assert_array_equal(frames_of(tmp_path / "a.gif")[-1], pictures[-1])


def test_a_gif_is_still_where_nothing_happens(tmp_path: Path) -> None:
    picture = astronaut()[::4, ::4]
    corner = picture.copy()
    corner[:16, :16] = corner[15::-1, 15::-1]
    pictures = [picture, picture, corner, picture + np.uint8(1) * (picture < 255)]
    write_film_file(tmp_path / "a.gif", Film(128, 128, iter(pictures), (1,) * 4, 10.0))
    first, second, changed, brighter = (frame.astype(float) for frame in frames_of(tmp_path / "a.gif"))
    np.testing.assert_array_equal(first, second)
    moved = np.argwhere((second != changed).any(-1))
    assert len(moved)
    assert moved.max() < 16
    assert np.abs(brighter - first).mean() < 3  # 13 where errors are passed on to neighbours
    blocks = [each.reshape(32, 4, 32, 4, 3).mean((1, 3)) for each in (first, picture)]
    assert np.abs(blocks[0] - blocks[1]).mean() < 2


def test_the_last_frame_of_a_gif_has_colours_of_its_own(tmp_path: Path) -> None:
    last = astronaut()[::4, ::4].astype(float)
    pictures = [np.rint(96 + share * (last - 96)).astype(np.uint8) for share in np.linspace(0.97, 1, 9)]
    for name, chosen in (("film", pictures), ("alone", pictures[-1:])):
        film = Film(128, 128, iter(chosen), (1,) * len(chosen), 10.0)
        write_film_file(tmp_path / f"{name}.gif", film)
    *before, end = (frame.astype(float) for frame in frames_of(tmp_path / "film.gif"))
    np.testing.assert_array_equal(end, frames_of(tmp_path / "alone.gif")[0])
    assert max(np.abs(a - b).mean() for a, b in pairwise(before)) < 1


def test_a_lossless_webp_shows_every_moment_exactly(tmp_path: Path, painting: Trained) -> None:
    path = written(tmp_path, ".webp", painting, scale=1.0, lossless=True, seconds=1.0, fps=30.0, hold=0.5)
    for frame, expected in zip(frames_of(path), pictures_of(painting), strict=True):
        np.testing.assert_array_equal(frame, expected)
    assert sum(durations_of(path)) == pytest.approx(1500, abs=1)


def test_a_gradual_film_shows_the_start_slowly(tmp_path: Path, painting: Trained) -> None:
    lasting = {
        pace: durations_of(written(tmp_path, ".webp", painting, pace=pace, hold=0.0, seconds=4.0))
        for pace in ("gradual", "even")
    }
    assert lasting["gradual"][0] > lasting["even"][0]
    assert sum(lasting["gradual"]) == sum(lasting["even"])


@pytest.mark.parametrize("size", [(64, 48), (37, 23)])
def test_an_mp4_has_even_sizes_and_says_what_its_colours_are(
    tmp_path: Path, painting: Trained, size: tuple[int, int]
) -> None:
    width, height = size
    path = written(tmp_path, ".mp4", painting, width=width, height=height, seconds=1.0, fps=10.0, hold=0.5)
    report = subprocess.run([get_ffmpeg_exe(), "-i", path], capture_output=True, text=True).stderr
    assert f"{width + width % 2}x{height + height % 2}" in report
    assert "yuv420p(tv, bt709, " in report  # ffmpeg lists matrix, primaries and transfer only if they differ
    assert "Duration: 00:00:01.50" in report
    frames = decoded(path, height + height % 2, width + width % 2)
    assert len(frames) == 15
    last = written(tmp_path, ".webp", painting, width=width, height=height, lossless=True)
    error = np.abs(frames[-1][:height, :width].astype(np.int64) - frames_of(last)[-1])
    assert error.mean() < 6


def decoded(path: Path, height: int, width: int) -> Any:
    """Frames of an MP4, converted by the colour space that its tags declare."""
    as_said = ["-vf", "scale=in_color_matrix=bt709:in_range=tv", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    ffmpeg = [get_ffmpeg_exe(), "-loglevel", "error", "-i", path, *as_said]
    pixels = subprocess.run(ffmpeg, capture_output=True).stdout
    return np.frombuffer(pixels, np.uint8).reshape(-1, height, width, 3)


def test_an_mp4_keeps_its_colours(tmp_path: Path) -> None:
    colours = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [128, 128, 128]], np.uint8)
    stripes = np.repeat(colours[np.newaxis], 32, 0).repeat(16, 1)
    write_film_file(tmp_path / "film.mp4", Film(32, 64, iter([stripes]), (4,), 4.0, quality=100))
    shown = decoded(tmp_path / "film.mp4", 32, 64)[0, 16, 8::16]
    assert np.abs(shown.astype(int) - colours).max() <= 3


def test_ffmpeg_that_is_missing_is_named(
    tmp_path: Path, painting: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileError, match=r"needs ffmpeg, which is not installed; install it"):
        written(tmp_path, ".mp4", painting)


def test_the_system_s_ffmpeg_makes_films_where_no_other_came_along(
    tmp_path: Path, painting: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ffmpeg").symlink_to(get_ffmpeg_exe())
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert written(tmp_path, ".mp4", painting).stat().st_size


@pytest.mark.parametrize(("system", "made"), [("linux", ".gif"), ("darwin", ".mp4")])
def test_a_package_manager_s_ffmpeg_is_found_on_macos(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, made: str
) -> None:
    (tmp_path / "ffmpeg").symlink_to(get_ffmpeg_exe())
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    monkeypatch.setattr(film_files, "_MACOS_FOLDERS", (str(tmp_path),))
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert default_ending() == made


def test_the_working_folder_has_no_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ffmpeg").symlink_to(get_ffmpeg_exe())
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", ".")  # as Windows begins every PATH
    assert default_ending() == ".gif"


def test_an_error_of_ffmpeg_is_reported(
    tmp_path: Path, painting: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = tmp_path / "ffmpeg"
    encoder.write_text("#!/bin/sh\nexec <&-\nsleep 0.5\necho 'no such encoder' >&2\nexit 1\n")
    encoder.chmod(0o755)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(encoder))
    with pytest.raises(FileError, match=r"^ffmpeg could not write the film \(no such encoder\); choose"):
        written(tmp_path, ".mp4", painting, width=400)


@pytest.mark.parametrize("most_bytes", [1, 60, 2000], ids="{} bytes".format)
def test_a_film_beyond_the_file_size_limit_is_reported_like_other_files(
    tmp_path: Path, painting: Trained, most_bytes: int
) -> None:
    """Even if ffmpeg's own message doesn't fit."""
    message = r"film.mp4 was not written: it would be larger than files may be there; choose"
    with limited_file_size(most_bytes), pytest.raises(FileError, match=message):
        written(tmp_path, ".mp4", painting, width=400)


def test_films_of_many_colours_are_near(tmp_path: Path) -> None:
    ramp = np.stack(np.meshgrid(np.arange(256), np.arange(0, 256, 4), indexing="xy"), -1)
    pixels = np.concatenate([ramp, ramp[..., :1] // 2], -1).astype(np.uint8)
    film = Film(*pixels.shape[:2], iter([pixels, pixels[::-1]]), (1, 2), 3.0)
    write_film_file(tmp_path / "a.gif", film)
    first, second = frames_of(tmp_path / "a.gif")
    assert np.abs(first.astype(np.int64) - pixels).mean() < 8
    assert np.abs(second.astype(np.int64) - pixels[::-1]).mean() < 8
    assert durations_of(tmp_path / "a.gif") == [330, 670]


def test_the_palette_of_a_large_gif_is_good_though_pixels_are_sampled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Choosing the palette holds the interpreter lock, so that it must be quick."""
    counted: list[int] = []
    quantize = Image.Image.quantize

    def noted(self: Image.Image, *asked: Any, **named: Any) -> Image.Image:
        if "palette" not in named:
            counted.append(self.width * self.height)
        return quantize(self, *asked, **named)

    monkeypatch.setattr(Image.Image, "quantize", noted)
    pixels = np.asarray(Image.fromarray(astronaut()).resize((1024, 1024)))
    write_film_file(tmp_path / "a.gif", Film(1024, 1024, iter([pixels]), (1,), 3.0))
    (found,) = frames_of(tmp_path / "a.gif")
    assert max(counted) < 20_000
    assert peak_signal_noise_ratio(pixels, found) > 30.5


@pytest.mark.parametrize("ending", [".gif", ".webp"])
def test_a_curve_moves_while_its_points_stand(tmp_path: Path, curve: Trained, ending: str) -> None:
    frames = frames_of(written(tmp_path, ending, curve, width=400, seconds=1.0))
    assert len(frames) == MOMENTS
    assert frames[0].shape == (250, 400, 3)
    for before, after in pairwise(frames):
        assert (before != after).any()
    assert (frames[-1][5, 5] == 255).all(), "the paper is not white"
    axes = np.abs(frames[0].astype(np.int64) - frames[-1]).max(axis=2)
    assert (axes[:, :20] < 40).all(), "the axis moves"


def test_a_real_training_can_be_filmed(tmp_path: Path) -> None:
    snapshots = Snapshots()
    experiment = small_painting()
    for event in train(experiment, Control(picture_seconds=None, snapshots=True)):
        if isinstance(event, Snapshot):
            snapshots.add(event.state)
        elif isinstance(event, Finished):
            state = event.state
    trained = Trained(experiment, state, untrained(experiment).history, snapshots)
    assert len(frames_of(written(tmp_path, ".gif", trained))) > 1


def test_without_moments_there_is_no_film(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="No moments before this one were kept"):
        written(tmp_path, ".gif", untrained(small_painting()))
    assert not list(tmp_path.glob("*.*"))


def test_ffmpeg_starts_with_the_first_picture(tmp_path: Path) -> None:
    beside = []

    def pictures() -> Iterator[Pixels]:
        beside.extend(psutil.Process().children())
        raise CancelledError
        yield

    before = psutil.Process().children()
    with pytest.raises(CancelledError):
        write_film_file(tmp_path / "film.mp4", Film(32, 64, pictures(), (4,), 4.0))
    assert beside == before


@pytest.mark.parametrize("ending", [".gif", ".webp", ".mp4"])
def test_a_cancelled_film_leaves_nothing_behind(tmp_path: Path, painting: Trained, ending: str) -> None:
    job = FILM.job({"width": 200}, lambda share: job.cancel() if share > 0.3 else None)
    with pytest.raises(CancelledError):
        export("film", tmp_path / f"film{ending}", painting, job)
    assert not [path for path in tmp_path.iterdir() if path.is_file()]


@pytest.mark.parametrize("ending", [".gif", ".webp", ".mp4"])
def test_a_film_of_a_curve_leaves_no_plot_in_memory(tmp_path: Path, curve: Trained, ending: str) -> None:
    before = artists()
    written(tmp_path, ending, curve, width=200, seconds=1.0)
    assert artists() == before


@pytest.mark.parametrize("which", ["painting", "curve"])
def test_a_preview_moves_from_the_first_moment_to_the_last(
    request: pytest.FixtureRequest, which: str
) -> None:
    job = FILM.job({"seconds": 3.0})
    job.ending = ".gif"
    shown = preview(FILM, request.getfixturevalue(which), job)
    assert len({picture.shape for picture in shown.film}) == 1
    assert (shown.film[0] != shown.film[-1]).any()
    assert shown.every_ms * len(shown.film) == pytest.approx(5000, rel=0.01)
    assert "5 s" in shown.caption
