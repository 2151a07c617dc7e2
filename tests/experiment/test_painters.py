"""The six painters: what they are called, how large they are, and that they follow a picture."""

from io import BytesIO

from msgspec.structs import replace
from PIL import Image

from cadl_desktop.experiment import check, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.catalog.dataset_entries import trained_size
from cadl_desktop.experiment.edits import preset_of, with_dataset
from cadl_desktop.experiment.painters import LONGEST, painters
from cadl_desktop.experiment.shapes import parameter_count

EXPERIMENT = preset("lecture-painting")


def test_six_have_plain_names_and_sentences() -> None:
    assert [each.name for each in painters()] == [
        "Fog",
        "Facets",
        "Stained glass",
        "Waves",
        "Brush",
        "Photograph",
    ]
    assert all(each.note.endswith(".") for each in painters())


def test_each_can_be_trained_on_the_picture_small_and_whole() -> None:
    for painter in painters():
        whole, small = painter.of(EXPERIMENT), painter.at_small_size(EXPERIMENT)
        assert check(whole) == check(small) == []
        assert whole.data == EXPERIMENT.data
        assert max(trained_size(small.data)) <= LONGEST
        assert small.name == painter.name
        assert preset_of(whole) == painter.preset


def test_simple_painters_have_one_size_and_the_others_follow_the_picture() -> None:
    large = replace(EXPERIMENT, data=EXPERIMENT.data.has(longest=256))
    *simple, brush, photograph = painters()
    for painter in simple:
        assert parameter_count(painter.of(large)) == parameter_count(painter.at_small_size(large)) < 1000
    numbers = 3 * trained_size(large.data)[0] * trained_size(large.data)[1]
    assert 0.02 < parameter_count(brush.of(large)) / numbers <= 0.025
    assert 0.08 < parameter_count(photograph.of(large)) / numbers <= 0.1


def test_a_strip_has_painters_too() -> None:
    held = BytesIO()
    Image.new("RGB", (800, 3)).save(held, "PNG")
    strip = part("dataset", "picture", source="own", image=held.getvalue(), longest=256)
    for painter in painters():
        assert check(painter.at_small_size(with_dataset(EXPERIMENT, strip))) == [], painter.name


def test_the_length_of_a_run_follows_another_picture() -> None:
    fog = painters()[0].of(EXPERIMENT)
    larger = with_dataset(fog, fog.data.has(longest=256))
    assert larger.layers == fog.layers
    assert larger.stop.epochs < fog.stop.epochs
