"""Small files that would expand enormously are refused before memory is allocated."""

import json
import os
import struct
import tracemalloc
import zlib
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from shutil import copyfile

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.data.pictures.picture_headers import has_only_pixel_chunks, png_header
from cadl_desktop.data.pictures.picture_reading import PictureError, read_png
from cadl_desktop.experiment import preset
from cadl_desktop.project import Project, ProjectError, open_plain_experiment, open_project, save_project
from cadl_desktop.runs.changes import Change
from cadl_desktop.runs.events import Changed
from cadl_desktop.runs.history import MOST_CHANGES, History
from cadl_desktop.runs.record import MOST_RUNS
from tests.project.members import Members, members_of, refused, with_members
from tests.project.test_saved_projects import FOLDER

MEGABYTE = 2**20
CHANGE = {"step": 1, "setting": "l1", "value": 0.5}


def project(folder: Path, name: str = "sine-with-live-changes") -> Path:
    return copyfile(FOLDER / f"{name}.cadl", folder / "small.cadl")


@pytest.mark.parametrize("name", ["weights", "optimizer", "snapshots", "runs/1/optimizer"])
@pytest.mark.parametrize("megabytes", [4, 30])
def test_more_numbers_than_the_file_can_have_are_refused_unread(
    tmp_path: Path, name: str, megabytes: int
) -> None:
    """More than the network's parameters, or than fit into memory."""
    zeros = bytes(megabytes * MEGABYTE)
    path = with_members(project(tmp_path), lambda found: found.update({f"{name}.safetensors": zeros}))
    assert path.stat().st_size < MEGABYTE
    assert refused(path) == "'small.cadl' can't be opened: it is damaged or too large; use another copy."


def test_more_changes_than_a_run_logs_are_refused(tmp_path: Path) -> None:
    content = json.dumps([CHANGE] * (MOST_CHANGES + 1)).encode()
    path = with_members(project(tmp_path), lambda found: found.update({"changes.json": content}))
    assert "its history is damaged" in refused(path)


def test_a_log_of_changes_is_bounded_and_keeps_its_beginning() -> None:
    history = History(changes=[Change(0, "rate", 0.1), *[Change(**CHANGE)] * (MOST_CHANGES - 1)])
    history.add(Changed(Change(9, "rate", 0.2)))
    assert len(history.changes) == MOST_CHANGES
    assert [(change.step, change.value) for change in history.changes[:: MOST_CHANGES - 1]] == [
        (0, 0.1),
        (9, 0.2),
    ]


def white(width: int, height: int) -> bytes:
    """Returns a PNG of grey pixels, compressed to a thousandth; only its header is read."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(100_000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


@pytest.mark.parametrize(
    ("name", "height"),
    [("own-painting-by-fourier", 9950), ("own-pictures-by-one-hot", 9950), ("own-painting-by-fourier", 2600)],
)
def test_a_picture_with_too_many_pixels_is_refused(tmp_path: Path, name: str, height: int) -> None:
    path = project(tmp_path, name)
    carried = next(each for each in members_of(path) if each.startswith("pictures/"))
    picture = white(9950, height)
    other = f"pictures/{sha256(picture).hexdigest()[:16]}.png"

    def change(found: Members) -> None:
        del found[carried]
        found[other] = picture
        found["experiment.json"] = found["experiment.json"].replace(carried.encode(), other.encode())

    assert "megapixels that are possible" in refused(with_members(path, change))


@pytest.mark.parametrize("field", ["cost", "data"])
def test_a_refusal_is_short_whatever_the_file_says(tmp_path: Path, field: str) -> None:
    def change(found: Members) -> None:
        plain = json.loads(found["experiment.json"])
        plain["experiment"][field] = "x" * 100_000 if field == "cost" else {"kind": "y" * 100_000}
        found["experiment.json"] = json.dumps(plain).encode()

    path = with_members(project(tmp_path), change)
    assert len(refused(path)) <= 300
    plain = tmp_path / "plain.json"
    plain.write_text(json.dumps({"data": {"kind": "z" * 100_000}}))
    with pytest.raises(ProjectError) as told:
        open_plain_experiment(plain)
    assert len(str(told.value)) <= 300


@pytest.mark.parametrize("mode", ["L", "P", "RGBA"])
def test_a_mask_of_another_format_is_reencoded_on_opening(tmp_path: Path, mode: str) -> None:
    """Otherwise the event loop would wait for the decoding process at every mask stroke."""
    hidden = np.random.default_rng(1).random((9, 12)) < 0.5
    written = BytesIO()
    Image.fromarray(hidden.astype(np.uint8) * 255).convert(mode).save(written, "PNG")
    path = project(tmp_path, "masked-painting-smooth-and-straight")
    mask = open_project(path).experiment.data["mask"]

    def carry(foreign: bytes) -> Path:
        own, other = (f"pictures/{sha256(png).hexdigest()[:16]}.png" for png in (mask, foreign))

        def change(found: Members) -> None:
            found["experiment.json"] = found["experiment.json"].replace(own.encode(), other.encode())
            found[other] = foreign

        return with_members(copyfile(FOLDER / "masked-painting-smooth-and-straight.cadl", path), change)

    assert open_project(carry(written.getvalue())).experiment.data["mask"] == mask_to_png(hidden)
    assert "its mask can't be read" in refused(carry(b"no picture"))


def _crowded(found: Members, kind: str) -> None:
    plain = json.loads(found["experiment.json"])
    if kind == "layers":
        plain["experiment"]["layers"] = [{"kind": "dense"}] * 30_000
    elif kind == "settings":
        plain["experiment"]["layers"] = [{"kind": "dense"} | {f"s{each}": 1 for each in range(30_000)}]
    elif kind == "lists":
        plain["experiment"]["layers"] = [[]] * 300_000
    elif kind == "what it follows":
        plain["experiment"]["follows"] = ["layers"] * 30_000
    found["experiment.json"] = json.dumps(plain).encode()
    if kind == "runs":
        lines = []
        for number in range(1, 2 * MOST_RUNS):
            plain["experiment"]["note"] = f"{number}"
            found[f"runs/{number}/experiment.json"] = json.dumps(plain).encode()
            lines.append({"number": number, "cost": None, "psnr": None, "seconds": 0})
        found["runs.json"] = json.dumps({"current": 10_000, "runs": lines}).encode()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("layers", "its experiment holds too much to be one"),
        ("settings", "its experiment holds too much to be one"),
        ("lists", "its experiment holds too much to be one"),
        ("what it follows", "its experiment holds too much to be one"),
        ("runs", "it holds more runs than are possible"),
    ],
)
def test_lists_longer_than_in_any_experiment_are_refused(tmp_path: Path, kind: str, words: str) -> None:
    assert words in refused(with_members(project(tmp_path), lambda found: _crowded(found, kind)))


def test_a_network_of_more_layers_than_can_be_trained_opens_again(tmp_path: Path) -> None:
    experiment = preset("lecture-painting")
    crowded = replace(experiment, layers=experiment.layers[:1] * 300)
    save_project(tmp_path / "crowded.cadl", Project(crowded))
    assert open_project(tmp_path / "crowded.cadl").experiment == crowded


def test_a_json_file_of_millions_of_lists_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "crowded.json"
    path.write_bytes(b'{"layers": [' + b"[]," * 5_000_000 + b"[]]}")
    tracemalloc.start()
    try:
        with pytest.raises(ProjectError, match="its experiment holds too much to be one"):
            open_plain_experiment(path)
        assert tracemalloc.get_traced_memory()[1] < 60 * MEGABYTE
    finally:
        tracemalloc.stop()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a file system with pipes")
def test_a_pipe_is_refused_as_an_experiment(tmp_path: Path) -> None:
    """Opening one would block for ever."""
    path = tmp_path / "pipe.json"
    os.mkfifo(path)
    with pytest.raises(ProjectError, match="it is not an ordinary file"):
        open_plain_experiment(path)


def test_a_picture_with_two_headers_is_refused() -> None:
    """The size in the first is checked, but the second would be decoded."""
    written = BytesIO()
    Image.new("L", (300, 200), "white").save(written, "PNG")
    small, large = white(8, 8), written.getvalue()
    both = large[:33].replace(large[8:33], small[8:33]) + large[8:]
    assert png_header(both) == png_header(small)
    with pytest.raises(PictureError, match="The picture is damaged or incomplete"):
        read_png(both, "The picture")
    bits = mask_to_png(np.ones((8, 8), np.bool_))
    assert not has_only_pixel_chunks(bits[:33] + large[8:])


def test_empty_arrays_are_counted_before_they_are_made(tmp_path: Path) -> None:
    nothing = {str(number): {"dtype": "F64", "shape": [0], "data_offsets": [0, 0]} for number in range(9000)}
    header = json.dumps(nothing).encode()
    content = struct.pack("<Q", len(header)) + header
    path = with_members(project(tmp_path), lambda found: found.update({"history.safetensors": content}))
    tracemalloc.start()
    try:
        assert "'history.safetensors' in it is damaged" in refused(path)
        assert tracemalloc.get_traced_memory()[1] < 4 * MEGABYTE
    finally:
        tracemalloc.stop()
