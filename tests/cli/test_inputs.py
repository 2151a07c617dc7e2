"""EXPERIMENT as a set of pictures, a part of one, columns of a table, or standard input."""

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cadl_desktop.cli.arguments import UsageError, repeat_option_names, train_parser
from cadl_desktop.cli.experiments import task_of
from cadl_desktop.data.curves.curve_datasets import decode_points
from cadl_desktop.data.pictures.many_pictures import load_pictures, stack_of
from cadl_desktop.data.pictures.picture_dataset import decode
from cadl_desktop.experiment import Experiment, preset

COLOURS = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
TABLE = "t,height,weight,note,height\n" + "".join(f"{t},{t * t},{9 - t},at noon,{t / 2}\n" for t in range(9))


def experiment(*words: object) -> Experiment:
    return task_of(
        train_parser().parse_args(repeat_option_names([*map(str, words), "--out", "out"]))
    ).experiment


def refused(*words: object) -> str:
    with pytest.raises(UsageError) as error:
        experiment(*words)
    return str(error.value)


def give(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Picture of 30 x 20 pixels that are all different."""
    pixels = np.random.default_rng(1).integers(0, 256, (20, 30, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (tmp_path / "plants.csv").write_text(TABLE)
    return tmp_path / "plants.csv"


def film(path: Path) -> Path:
    frames = [Image.new("RGB", (12, 8), colour) for colour in COLOURS]
    frames[0].save(path, save_all=True, append_images=frames[1:], lossless=True)
    return path


class TestSets:
    def test_a_folder_and_its_files_are_the_set_that_the_window_takes(
        self, photo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(photo.parent)
        Image.new("RGB", (9, 9), "red").save(photo.with_name("red.png"))
        photo.with_name("broken.png").write_bytes(photo.read_bytes()[:60])
        folder = experiment(".")
        assert capsys.readouterr().err == (
            "Pictures taken: 2. Files left out, as they are no pictures that can be read: 1.\n"
        )
        named = experiment(*sorted(photo.parent.iterdir()))
        assert named.data == folder.data
        assert (folder.name, named.name) == (photo.parent.name, "2 pictures")
        assert (folder.data["image"], 2, 1) == load_pictures([photo.parent], 1000)
        assert (folder.layers, folder.data["count"]) == (preset("homework-many-pictures").layers, 2)

        assert experiment(photo, photo.with_name("broken.png")).name == "1 picture"

    @pytest.mark.parametrize("ending", ["gif", "webp", "png", "tif"])
    def test_frames_of_an_animation_are_a_set(self, tmp_path: Path, ending: str) -> None:
        made = experiment(film(tmp_path / f"film.{ending}"), "--frame", "all")
        assert made.name == "film"
        assert np.abs(stack_of(made.data)[:, 4, 4].astype(int) - COLOURS).max() < 4

    def test_another_network_learns_a_set_by_its_preset(self, photo: Path) -> None:
        made = experiment(photo, photo, "--preset", "lecture-painting")
        assert (made.data.kind, made.layers) == ("pictures", preset("lecture-painting").layers)

    def test_what_is_no_set_is_refused(self, photo: Path, table: Path) -> None:
        empty = photo.parent / "empty"
        empty.mkdir()
        assert "'empty' holds no picture that can be opened" in refused(empty)
        assert "'none.png' is not there" in refused(photo, "none.png")
        assert "'lecture-painting' is a preset" in refused(photo, "lecture-painting")
        assert "Only pictures are trained together" in refused(table, table)
        empty.joinpath("words.png").write_text("no picture")
        assert "None of these files is a picture" in refused(empty / "words.png", empty / "words.png")
        assert "'photo.png' has one frame only" in refused(photo, "--frame", "all")
        assert "--crop is about a single picture" in refused(photo, photo, "--crop", "0,0,5,5")
        assert "--frame is about a single picture" in refused(photo.parent, "--frame", "all")
        assert "--x is about a table" in refused(photo.parent, "--x", "t")
        assert "choose one that paints a picture" in refused(photo, photo, "--preset", "lecture-line")


class TestParts:
    def test_a_part_of_the_turned_picture_is_painted(self, photo: Path) -> None:
        pixels = np.asarray(Image.open(photo))
        part = experiment(photo, "--rotate", 90, "--crop", "3,4,10,20").data
        assert np.array_equal(decode(part["image"]), np.rot90(pixels, -1)[4:24, 3:13])
        around = experiment(photo, "--rotate", 180).data
        assert np.array_equal(decode(around["image"]), pixels[::-1, ::-1])

    @pytest.mark.parametrize("part", ["0,0,31,5", "25,0,6,5", "0,20,5,1"])
    def test_a_part_beyond_the_picture_is_refused(self, photo: Path, part: str) -> None:
        assert refused(photo, "--crop", part).startswith(
            f"--crop: {part} reaches beyond 'photo.png' of 30 x 20 "
        )

    @pytest.mark.parametrize("part", ["0,0,0,5", "-1,0,5,5", "1,2,3", "a,b,c,d", "0,0,5,5,5", ""])
    def test_what_is_no_part_is_refused(self, photo: Path, part: str) -> None:
        assert f"--crop: '{part}' is no part of a picture; give left, top, width" in refused(
            photo, "--crop", part
        )

    def test_a_preset_has_no_parts(self) -> None:
        assert "--rotate is about a picture file" in refused("lecture-painting", "--rotate", 90)


class TestColumns:
    @pytest.mark.parametrize(
        ("words", "x", "y"),
        [
            (["--y", "weight"], 1, 8),
            (["--x", "Weight", "--y", "t"], 8, 1),
            (["--x", "3", "--y", "5"], 8, 0.5),
            (["--x", "row", "--y", "2"], 2, 1),
            (["--x", "weight"], 8, 1),
        ],
    )
    def test_columns_are_chosen(self, table: Path, words: list[str], x: float, y: float) -> None:
        second = decode_points(experiment(table, *words).data["points"])[1].tolist()
        assert second == [x, y]
        read = experiment("own-curve", "--set", "data.kind=points", f"data.points={table}", *words)
        assert decode_points(read.data["points"])[1].tolist() == second

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (
                ["--x", "nix"],
                "--x: 'nix' is no column of the table; choose one of 't', 'height', 'weight', 'height'.",
            ),
            (["--y", "note"], "--y: 'note' holds too few numbers or dates; choose one of 't', "),
            (["--y", "9"], "--y: '9' is no column of the table; "),
            (["--y", "height"], "--y: 'plants.csv' has several columns 'height'; give a number: 2 or 5."),
            (["--y", "t,weight"], "--y: 't,weight' are several columns; a curve has one."),
            (["--y", "t", "--y", "weight"], "--y is given twice; a curve has one y."),
            (["--y", "row"], "--y: 'row' is no column"),
        ],
    )
    def test_other_columns_are_refused(self, table: Path, words: list[str], message: str) -> None:
        assert refused(table, *words).startswith(message)

    def test_a_table_of_one_column_has_no_other_for_y(self, tmp_path: Path) -> None:
        (tmp_path / "one.csv").write_text("a\n1\n2\n")
        assert "no column of numbers that is left for y" in refused(tmp_path / "one.csv", "--x", "a")


class TestStandardInput:
    def test_a_picture_is_read(self, photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        give(monkeypatch, photo.read_bytes())
        part = experiment("-", "--crop", "0,0,5,6")
        assert (part.name, decode(part.data["image"]).shape) == ("Standard input", (6, 5, 3))
        give(monkeypatch, film(photo.with_name("film.gif")).read_bytes())
        assert experiment("-", "--frame", "all").data["count"] == 3
        give(monkeypatch, photo.read_bytes())
        assert experiment(photo, "-").data["count"] == 2

    def test_a_plain_picture_is_no_table(self, monkeypatch: pytest.MonkeyPatch) -> None:
        give(monkeypatch, b"P2\n# two pixels\n2 1\n255\n0 255\n")
        painting = experiment("-", "--preset", "lecture-painting")
        assert decode(painting.data["image"])[0, :, 0].tolist() == [0, 255]

    def test_a_table_is_read(
        self, table: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        give(monkeypatch, TABLE.encode())
        assert experiment("-", "--y", "weight").data == experiment(table, "--y", "weight").data
        assert capsys.readouterr().err.startswith("Standard input: 9 points of 't' and 'weight'.\n")

    def test_files_of_settings_are_read(self, photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        give(monkeypatch, photo.read_bytes())
        assert experiment("lecture-painting", "--set", "data.image=-").data["source"] == "own"
        give(monkeypatch, photo.read_bytes())
        assert experiment(photo, "--preset", "inpainting", "--mask", "-").data["mask"]

    @pytest.mark.parametrize(
        ("words", "content", "message"),
        [
            (["-"], b"", "-: standard input is empty; "),
            (["-"], b"PK\x03\x04", "Standard input holds a project or an archive; "),
            (["-"], b"\x89PNG\r\n\x1a\n\0", "Standard input is not a picture that can be opened; "),
            (["-"], b"some words", "Standard input has no column of numbers; "),
            (["-", "-"], b"x", "-: standard input can be one file only; "),
            (["-", "--mask", "-"], b"P2 2 1 9 0 9", "-: standard input can be one file only; "),
        ],
    )
    def test_other_input_is_refused(
        self, monkeypatch: pytest.MonkeyPatch, words: list[str], content: bytes, message: str
    ) -> None:
        give(monkeypatch, content)
        assert refused(*words).startswith(message)

    def test_a_closed_input_is_empty(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stdin", None)
        assert "standard input is empty" in refused("-")
