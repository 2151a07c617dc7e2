"""Settings that follow a method change with the data until a person edits them."""

from io import BytesIO

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from cadl_desktop.data.pictures.masks import hidden_pixels, mask_to_png
from cadl_desktop.data.pictures.picture_dataset import load_picture
from cadl_desktop.experiment import Experiment, Stop, check, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.effort import memory_needed
from cadl_desktop.experiment.methods.facts import facts_of
from cadl_desktop.experiment.methods.following import (
    follow_again,
    follow_all,
    followable_paths,
    followed,
    stop_following,
)
from cadl_desktop.experiment.methods.rules import METHODS, METHODS_FOR_OPENED
from cadl_desktop.experiment.model import structure_of
from cadl_desktop.experiment.presets import experiment_as_plain, experiment_from
from cadl_desktop.experiment.setting_descriptions import describe_settings

SHARP = preset("sharp-painting")
GRID = ("levels", "table", "coarsest", "finest", "aspect")


def edited(before: Experiment, **changes: object) -> Experiment:
    return followed(before, replace(before, **changes))


def sized(before: Experiment, longest: int) -> Experiment:
    return edited(before, data=before.data.has(longest=longest))


def png_of_size(size: tuple[int, int], mode: str = "RGB") -> bytes:
    written = BytesIO()
    Image.new(mode, size, 77).save(written, "PNG")
    return load_picture(written.getvalue())


@pytest.mark.parametrize("name", METHODS)
def test_a_preset_equals_the_values_of_its_rule_and_follows_all_of_them(name: str) -> None:
    shipped = preset(name)

    assert shipped.method == name
    assert follow_all(shipped) == shipped
    assert shipped.follows
    assert followable_paths(shipped) == frozenset()


def test_the_lectures_and_the_homeworks_presets_follow_nothing() -> None:
    for name in ("lecture-painting", "lecture-tanh", "homework-painting", "karpathy-painting"):
        shipped = preset(name)

        assert (shipped.method, shipped.follows) == ("", ())
        assert not {"method", "follows"} & experiment_as_plain(shipped).keys()


def test_a_larger_picture_brings_finer_grids_and_larger_batches() -> None:
    larger = sized(SHARP, 256)

    assert [larger.encoding[name] for name in GRID] == [5, 65536, 16, 256, 1.0]
    assert larger.batch_size == 4096
    assert (larger.stop.epochs, larger.measure_every) == (305, 12)
    assert larger.follows == SHARP.follows
    assert sized(larger, 64) == SHARP


def test_the_epochs_for_a_small_picture_are_limited() -> None:
    shipped = preset("own-painting")
    whole = edited(shipped, data=shipped.data.has(longest=64))
    assert whole.stop.epochs == 3600
    assert sized(whole, 256).stop.epochs == round(20e6 / (256 * 171))
    sparse = edited(whole, data=whole.data.has(keep=10.0))
    assert sparse.stop.epochs > 70_000


def test_a_method_follows_the_shape_of_a_picture_too() -> None:
    wide = edited(SHARP, data=SHARP.data.has(source="own", image=png_of_size((40, 20))))

    assert [wide.encoding[name] for name in GRID] == [3, 800, 8, 40, 0.5]
    assert facts_of(wide).height == 20


def test_small_pictures_are_painted_smoothly_and_large_ones_quickly() -> None:
    small = preset("own-painting")
    large = sized(small, 512)

    assert small.encoding["interpolation"] == "cubic"
    assert large.encoding["interpolation"] == "linear"
    assert [layer["units"] for layer in (*small.layers, *large.layers)] == [32, 16]
    assert large.batch_size > small.batch_size
    assert sized(large, 64) == small


def test_the_network_depends_neither_on_what_is_hidden_nor_on_how_long_it_trains() -> None:
    own_painting = preset("own-painting")
    half = np.zeros((64, 64), np.bool_)
    half[:32] = True
    hiding = edited(own_painting, data=own_painting.data.has(mask=mask_to_png(half)))
    shorter = edited(own_painting, stop=Stop(epochs=None, seconds=1.0))

    assert (own_painting.coherence, shorter.coherence) == (0, 0)
    assert hiding.coherence > 0
    assert edited(SHARP, validation=0.1).coherence == hiding.coherence
    for changed in (hiding, shorter):
        assert (changed.encoding, changed.layers) == (own_painting.encoding, own_painting.layers)


def test_an_edited_value_stops_following_and_can_follow_again() -> None:
    typed_in = edited(SHARP, encoding=SHARP.encoding.has(finest=99))
    larger = sized(typed_in, 128)

    assert "encoding.finest" not in larger.follows
    assert larger.encoding["finest"] == 99
    assert larger.encoding["table"] == 128 * 128
    assert followable_paths(larger) == {"encoding.finest"}
    again = follow_again(larger, "encoding.finest")
    assert again == sized(SHARP, 128)
    assert followed(larger, again) == again


def test_stop_following_releases_a_setting_without_an_edit() -> None:
    assert followable_paths(sized(stop_following(SHARP, ["batch_size"]), 256)) == {"batch_size"}
    assert sized(stop_following(SHARP, ["batch_size"]), 256).batch_size == SHARP.batch_size


def test_a_runs_length_may_be_edited() -> None:
    shorter = edited(SHARP, stop=replace(SHARP.stop, epochs=200))

    assert "stop.epochs" not in shorter.follows
    assert sized(shorter, 256).stop.epochs == 200
    assert follow_again(shorter, "stop.epochs") == SHARP


def test_settings_of_a_replaced_part_stop_following() -> None:
    waves = edited(SHARP, encoding=part("encoding", "fourier"))
    assert not {path for path in waves.follows if path.startswith("encoding.")}
    assert "batch_size" in waves.follows

    back = edited(waves, encoding=part("encoding", "hash grid"))
    assert followable_paths(back) == {f"encoding.{name}" for name in GRID}
    assert follow_again(back, "encoding.finest").encoding["finest"] == 64


def test_data_of_another_shape_remove_the_method() -> None:
    curve = edited(SHARP, data=part("dataset", "sine"))
    assert (curve.method, curve.follows) == ("", ())


def test_a_restored_experiment_still_follows() -> None:
    larger = sized(SHARP, 256)
    assert followed(SHARP, larger) == larger
    assert followed(larger, SHARP) == SHARP


def test_following_resumes_when_invalid_data_are_corrected() -> None:
    broken = edited(SHARP, data=SHARP.data.has(source="own"))
    assert check(broken)
    assert broken.follows == SHARP.follows
    assert (
        edited(broken, data=broken.data.has(image=png_of_size((128, 128)), longest=128)).encoding["finest"]
        == 128
    )


def test_an_edit_while_the_data_are_invalid_stops_following() -> None:
    wrong = edited(SHARP, data=SHARP.data.has(longest=1))
    mended = sized(edited(wrong, batch_size=77), 128)

    assert mended.batch_size == 77
    assert followable_paths(mended) == {"batch_size"}
    assert mended.encoding == sized(SHARP, 128).encoding


def test_an_unknown_method_changes_no_setting() -> None:
    unknown = replace(SHARP, method="magic", follows=("encoding.finest", "batch_size"))
    larger = sized(unknown, 128)
    assert larger == replace(unknown, data=larger.data)
    assert followable_paths(unknown) == frozenset()
    assert follow_all(unknown) == unknown


def test_facts_contain_masked_and_kept_shares() -> None:
    half = np.zeros((64, 64), np.bool_)
    half[:32] = True
    data = SHARP.data.has(mask=mask_to_png(half), keep=10.0)
    hides = facts_of(replace(SHARP, data=data))

    assert hides.masked == 0.5
    assert hides.hidden == pytest.approx(0.95)
    assert facts_of(SHARP).hidden == 0
    for seed in range(20):
        hidden = hidden_pixels(data.has(keep_seed=seed), 64, 64)
        assert hidden is not None
        assert 0.6 * (~hidden).sum() < hides.learned <= (~hidden).sum()


@pytest.mark.parametrize("name", ["sharp-painting", "siren-painting"])
def test_an_explicit_batch_size_keeps_the_time_between_measurements(name: str) -> None:
    shipped = preset(name)
    small = edited(shipped, batch_size=8)

    assert small.measure_every == 1  # 512 steps of an epoch
    assert "measure_every" in small.follows
    assert small.stop == shipped.stop
    assert edited(small, batch_size=shipped.batch_size).measure_every == shipped.measure_every
    assert follow_again(edited(SHARP, batch_size=8), "batch_size") == SHARP


@pytest.mark.parametrize("name", [name for name in METHODS if METHODS[name].makes == "picture"])
@pytest.mark.parametrize("size", [(2, 2), (3, 2048), (100, 67), (1411, 1411), (2048, 2048)])
def test_methods_stay_within_limits_for_pictures_of_any_size(name: str, size: tuple[int, int]) -> None:
    shipped = preset(name)
    data = shipped.data.has(source="own", image=png_of_size(size), longest=max(size), keep=100.0)
    share = None if shipped.parameters is None else 1.0  # a tenth of four pixels is no network
    painted = edited(shipped, data=data, parameters=share)

    assert check(painted) == []
    assert memory_needed(painted).total < 8e9


@pytest.mark.parametrize("observations", [2, 20, 300, 100_000])
def test_the_method_for_curves_gives_trainable_settings(observations: int) -> None:
    own_curve = preset(METHODS_FOR_OPENED["curve"])
    curve = edited(own_curve, data=own_curve.data.has(observations=observations))

    assert check(curve) == []
    assert curve.batch_size <= observations


def test_following_is_saved_and_no_part_of_the_structure() -> None:
    released = stop_following(SHARP, ["batch_size"])

    assert structure_of(released) == structure_of(SHARP)
    assert describe_settings(released) == describe_settings(SHARP)
    plain = msgspec.json.decode(msgspec.json.encode(experiment_as_plain(released)))
    assert experiment_from(plain) == released
