import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cadl_desktop.data.pictures.many_pictures import (
    load_pictures,
    montage_grid,
    pictures,
    preview,
    stack_of,
)
from cadl_desktop.data.pictures.picture_dataset import PictureError, decode
from cadl_desktop.data.samples import samples_of
from cadl_desktop.data.scaling import input_scaling
from cadl_desktop.experiment import Experiment, check, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.edits import with_dataset
from cadl_desktop.experiment.effort import sample_count
from cadl_desktop.experiment.model import picture_count

HOMEWORK = preset("homework-many-pictures")
FEW = part("dataset", "pictures", count=5, longest=8)


def own(tmp_path: Path, *colours: str) -> bytes:
    """Encodes pictures of one colour each, alternately wide and high, as an experiment holds them."""
    paths = []
    for index, colour in enumerate(colours):
        paths.append(tmp_path / f"{index}.png")
        Image.new("RGB", (30, 20) if index % 2 else (16, 40), colour).save(paths[-1])
    return load_pictures(paths, len(paths))[0]


def test_the_homeworks_faces_are_a_hundred_different_ones() -> None:
    stack = stack_of(HOMEWORK.data)

    assert stack.shape == (100, 25, 25, 3)
    assert len(np.unique(stack.reshape(100, -1), axis=0)) == 100
    assert np.array_equal(stack[..., 0], stack[..., 2])


def test_every_sample_is_a_pixel_of_one_picture_and_stands_in_its_place_in_the_montage() -> None:
    samples = samples_of(FEW)
    stack = stack_of(FEW)

    assert samples.inputs.shape == (5 * 64, 3)
    for (row, column, number), colour in zip(samples.inputs.astype(int), samples.targets, strict=True):
        assert np.array_equal(stack[number, row, column], colour)
    montage = samples.as_picture(samples.targets)
    assert montage.shape == (16, 24, 3) == (*(samples.picture_shape or ()), 3)
    assert np.array_equal(montage[8:16, 8:16], stack[4])
    assert not montage[8:16, 16:24].any()  # the sixth place is empty


@pytest.mark.parametrize(("count", "grid"), [(1, (1, 1)), (2, (1, 2)), (5, (2, 3)), (100, (10, 10))])
def test_a_montage_is_as_square_as_can_be(count: int, grid: tuple[int, int]) -> None:
    assert montage_grid(count) == grid


def test_own_pictures_are_cropped_to_their_middle_squares(tmp_path: Path) -> None:
    sheet = own(tmp_path, "red", "lime", "blue")
    data = part("dataset", "pictures", source="own", image=sheet, longest=4)

    assert decode(sheet).shape == (48, 16, 3)
    assert picture_count(data) == 3
    assert sample_count(Experiment(**(_fields() | {"data": data}))) == 3 * 16 == len(pictures(data).inputs)
    assert stack_of(data)[:, 2, 2].tolist() == [[255, 0, 0], [0, 255, 0], [0, 0, 255]]


def test_pictures_of_ones_own_have_to_be_loaded_first() -> None:
    problems = check(Experiment(**(_fields() | {"data": FEW.has(source="own")})))

    assert [problem.field for problem in problems] == ["data.image"]


def test_the_homeworks_inputs_are_standardised_column_by_column() -> None:
    samples = samples_of(FEW)
    scaled = input_scaling(Experiment(**(_fields() | {"data": FEW})), samples).apply(samples.inputs)

    assert np.allclose(scaled.mean(0), 0, atol=1e-6)
    assert np.allclose(scaled.std(0), 1, atol=1e-6)


@pytest.mark.parametrize("scaling", ["none", "standardised", "standardised per column", "centred"])
def test_a_picture_number_that_selects_a_vector_is_never_scaled(scaling: str) -> None:
    data = FEW.has(identity="one-hot")
    samples = samples_of(data)
    affine = input_scaling(Experiment(**(_fields() | {"data": data, "input_scaling": scaling})), samples)
    alone = input_scaling(Experiment(**(_fields() | {"input_scaling": scaling})), samples_of(FEW))

    assert np.array_equal(affine.apply(samples.inputs)[:, 2], samples.inputs[:, 2])
    if scaling != "standardised":  # one mean over all columns
        assert np.array_equal(affine.apply(samples.inputs)[:, :2], alone.apply(samples.inputs)[:, :2])


def test_the_network_is_kept_from_one_picture_to_many() -> None:
    painting = preset("lecture-painting")
    many = with_dataset(painting, FEW)

    assert many.layers == painting.layers
    assert many.input_scaling == "standardised per column"
    assert check(many) == []


def _fields() -> dict[str, object]:
    fields = {name: getattr(HOMEWORK, name) for name in HOMEWORK.__struct_fields__}
    return fields | {"data": FEW}


def test_a_folder_is_read_in_order_of_names_and_other_files_are_counted(tmp_path: Path) -> None:
    for name, colour in (("b.png", "lime"), ("a.jpg", "red"), (".hidden.png", "blue")):
        Image.new("RGB", (8, 8), colour).save(tmp_path / name)
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "more").mkdir()

    sheet, count, left_out = load_pictures([tmp_path], 1000)

    assert (count, left_out) == (2, 1)
    assert np.abs(decode(sheet)[[4, 12], 4].astype(int) - [[255, 0, 0], [0, 255, 0]]).max() < 4
    assert load_pictures([tmp_path], 1)[1] == 1


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="holds no picture that can be opened; choose another"):
        load_pictures([tmp_path], 1000)


def test_a_preview_shows_the_first_few() -> None:
    shown = preview(HOMEWORK.data, 30)

    assert shown.shape == (30, 30, 3)
    assert np.array_equal(shown[:10, :10], stack_of(HOMEWORK.data.has(count=1, longest=10))[0])


def test_large_pictures_are_reduced_one_by_one(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (700, 700, 3), np.uint8)
    for number in range(24):
        Image.fromarray(noise).save(tmp_path / f"{number:02}.png", compress_level=0)
    one = (tmp_path / "00.png").stat().st_size
    load_pictures([tmp_path / "00.png"], 1)
    tracemalloc.start()
    try:
        _, count, _ = load_pictures([tmp_path], 1000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 24
    assert peak < 20 * one
