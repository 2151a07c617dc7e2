"""Estimates of memory and multiplications, and the refusal of experiments that need too much."""

import struct

import pytest
from msgspec.structs import replace

from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.effort import (
    check_memory,
    effective_batch_size,
    format_bytes,
    memory_needed,
    multiplications_per_step,
    sample_count,
    single_picture_numbers,
)
from cadl_desktop.experiment.methods.facts import facts_of

PAINTING = preset("lecture-painting")


def painting(units: int = 64, batch_size: int = 50, longest: int = 64, **changes: object) -> Experiment:
    layers = tuple(layer.has(units=units) for layer in PAINTING.layers)
    data = PAINTING.data.has(longest=longest, source="retina")
    return replace(PAINTING, layers=layers, batch_size=batch_size, data=data, **changes)


@pytest.mark.parametrize(("source", "numbers"), [("cat", 64 * 43 * 3), ("camera", 64 * 64)])
def test_a_picture_has_its_pixels_times_its_colours(source: str, numbers: int) -> None:
    experiment = replace(PAINTING, data=PAINTING.data.has(source=source, keep=10.0), parameters=1.0)
    assert single_picture_numbers(experiment) == facts_of(experiment).allowed(1.0) == numbers


def test_other_data_have_no_numbers_of_a_picture() -> None:
    unknown, unread = PAINTING.data.has(source="nobody"), PAINTING.data.has(source="own")
    curve, many = preset("lecture-tanh").data, part("dataset", "pictures")
    for data in (unknown, unread, curve, many):
        assert single_picture_numbers(replace(PAINTING, data=data)) is None


def test_multiplications_per_step() -> None:
    """y = W x with 3 x 2 weights and a batch of 5: forward, and backward for weights and inputs."""
    line = replace(PAINTING, layers=(), batch_size=5)
    assert multiplications_per_step(line) == 3 * 5 * (2 * 3 + 2)


@pytest.mark.parametrize(
    ("experiment", "measured"),
    [
        (painting(256, 1024, 256), 69e6),
        (painting(64, 65536, 256), 164e6),
        (painting(16, 50, 1024), 313e6),
        (replace(painting(2048, 256), layers=(part("layer", "dense", units=2048),) * 4), 1144e6),
    ],
)
def test_memory_is_about_what_was_measured(experiment: Experiment, measured: float) -> None:
    """Measured: peaks of the process above its memory before the training, on Linux."""
    assert memory_needed(experiment).total == pytest.approx(measured, rel=0.2)


@pytest.mark.parametrize("name", ["smoothness", "bending"])
def test_the_neighbours_of_a_large_picture_s_pixels_take_room(name: str) -> None:
    """100 bytes a pixel, measured on three megapixels."""
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 2000, 1500)
    plain = replace(PAINTING, data=PAINTING.data.has(source="own", image=png, longest=8192))
    more = memory_needed(replace(plain, **{name: 0.1})).total - memory_needed(plain).total
    assert more == pytest.approx(300e6, rel=0.1)


def test_a_batch_is_cut_to_the_training_set() -> None:
    experiment = replace(painting(batch_size=100_000), validation=0.25)
    assert sample_count(experiment) == 4096
    assert effective_batch_size(experiment) == 3072
    assert memory_needed(experiment) == memory_needed(replace(experiment, batch_size=3072))


def test_an_own_picture_is_counted_without_being_read() -> None:
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 200, 100)
    data = PAINTING.data.has(source="own", image=png, longest=64)
    assert sample_count(replace(PAINTING, data=data)) == 64 * 32


def test_an_experiment_that_needs_too_much_memory_is_refused() -> None:
    experiment = replace(painting(2000, 1_000_000, 2048), layers=(part("layer", "dense", units=2000),) * 4)
    (problem,) = check_memory(experiment, 7_600_000_000)
    assert str(problem) == (
        "layers: This needs about 43 GB of memory and the machine has 7.6 GB free; "
        "choose fewer units or a smaller batch."
    )
    assert check_memory(experiment, 50_000_000_000) == []
    assert check_memory(experiment, None) == []


def test_format_bytes() -> None:
    sizes = (0, 12_000, 2_140_000, 9_960_000, 412_000_000, 999_700_000, 41_200_000_000, 3 * 10**12)
    words = ["0.1 MB", "0.1 MB", "2.1 MB", "10 MB", "410 MB", "1.0 GB", "41 GB", "3.0 TB"]
    assert [format_bytes(size) for size in sizes] == words
