"""What follows a method changes with what is learned, until somebody types it."""

from io import BytesIO

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from cadl_desktop.data.pictures.masks import as_png, hidden_pixels
from cadl_desktop.data.pictures.pictures import load_picture
from cadl_desktop.experiment import Experiment, Stop, check, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.effort import memory_needed
from cadl_desktop.experiment.methods.facts import facts_of
from cadl_desktop.experiment.methods.following import all_returned, could_follow, followed, returned, typed
from cadl_desktop.experiment.methods.table import METHODS, OWN
from cadl_desktop.experiment.model import structure_of
from cadl_desktop.experiment.presets import experiment_as_plain, experiment_from
from cadl_desktop.experiment.varied import settings_in_words

SHARP = preset("sharp-painting")
GRID = ("levels", "table", "coarsest", "finest", "aspect")


def edited(before: Experiment, **changes: object) -> Experiment:
    return followed(before, replace(before, **changes))


def sized(before: Experiment, longest: int) -> Experiment:
    return edited(before, data=before.data.has(longest=longest))


def own(size: tuple[int, int], mode: str = "RGB") -> bytes:
    written = BytesIO()
    Image.new(mode, size, 77).save(written, "PNG")
    return load_picture(written.getvalue())


@pytest.mark.parametrize("name", METHODS)
def test_a_preset_holds_the_numbers_that_its_rule_gives_and_follows_all_of_them(name: str) -> None:
    shipped = preset(name)

    assert shipped.method == name
    assert all_returned(shipped) == shipped
    assert shipped.follows
    assert could_follow(shipped) == frozenset()


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


def test_a_small_picture_is_exact_before_a_run_as_long_as_a_large_ones() -> None:
    shipped = preset(OWN["picture"])
    whole = edited(shipped, data=shipped.data.has(longest=64))
    assert whole.stop.epochs == 3600
    assert sized(whole, 256).stop.epochs == round(20e6 / (256 * 171))
    sparse = edited(whole, data=whole.data.has(keep=10.0))
    assert sparse.stop.epochs > 70_000


def test_a_picture_of_another_shape_is_followed_as_its_size_is() -> None:
    wide = edited(SHARP, data=SHARP.data.has(source="own", image=own((40, 20))))

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
    hiding = edited(own_painting, data=own_painting.data.has(mask=as_png(half)))
    shorter = edited(own_painting, stop=Stop(epochs=None, seconds=1.0))

    assert (own_painting.coherence, shorter.coherence) == (0, 0)
    assert hiding.coherence > 0
    assert edited(SHARP, validation=0.1).coherence == hiding.coherence
    for changed in (hiding, shorter):
        assert (changed.encoding, changed.layers) == (own_painting.encoding, own_painting.layers)


def test_a_typed_value_stays_typed_and_can_be_returned() -> None:
    typed_in = edited(SHARP, encoding=SHARP.encoding.has(finest=99))
    larger = sized(typed_in, 128)

    assert "encoding.finest" not in larger.follows
    assert larger.encoding["finest"] == 99
    assert larger.encoding["table"] == 128 * 128
    assert could_follow(larger) == {"encoding.finest"}
    again = returned(larger, "encoding.finest")
    assert again == sized(SHARP, 128)
    assert followed(larger, again) == again


def test_a_value_is_typed_also_where_it_is_said_to_be() -> None:
    assert could_follow(sized(typed(SHARP, ["batch_size"]), 256)) == {"batch_size"}
    assert sized(typed(SHARP, ["batch_size"]), 256).batch_size == SHARP.batch_size


def test_how_long_a_run_lasts_may_be_typed() -> None:
    shorter = edited(SHARP, stop=replace(SHARP.stop, epochs=200))

    assert "stop.epochs" not in shorter.follows
    assert sized(shorter, 256).stop.epochs == 200
    assert returned(shorter, "stop.epochs") == SHARP


def test_settings_that_are_gone_leave() -> None:
    waves = edited(SHARP, encoding=part("encoding", "fourier"))
    assert not {path for path in waves.follows if path.startswith("encoding.")}
    assert "batch_size" in waves.follows

    back = edited(waves, encoding=part("encoding", "hash grid"))
    assert could_follow(back) == {f"encoding.{name}" for name in GRID}
    assert returned(back, "encoding.finest").encoding["finest"] == 64


def test_data_of_another_shape_leave_the_method_behind() -> None:
    curve = edited(SHARP, data=part("dataset", "sine"))
    assert (curve.method, curve.follows) == ("", ())


def test_a_whole_experiment_that_comes_back_still_follows() -> None:
    larger = sized(SHARP, 256)
    assert followed(SHARP, larger) == larger
    assert followed(larger, SHARP) == SHARP


def test_what_is_wrong_with_a_picture_waits_for_what_mends_it() -> None:
    broken = edited(SHARP, data=SHARP.data.has(source="own"))
    assert check(broken)
    assert broken.follows == SHARP.follows
    assert edited(broken, data=broken.data.has(image=own((128, 128)), longest=128)).encoding["finest"] == 128


def test_what_is_typed_while_a_picture_is_wrong_stays_typed() -> None:
    wrong = edited(SHARP, data=SHARP.data.has(longest=1))
    mended = sized(edited(wrong, batch_size=77), 128)

    assert mended.batch_size == 77
    assert could_follow(mended) == {"batch_size"}
    assert mended.encoding == sized(SHARP, 128).encoding


def test_a_method_of_another_version_leaves_all_numbers_alone() -> None:
    unknown = replace(SHARP, method="magic", follows=("encoding.finest", "batch_size"))
    larger = sized(unknown, 128)
    assert larger == replace(unknown, data=larger.data)
    assert could_follow(unknown) == frozenset()
    assert all_returned(unknown) == unknown


def test_masks_and_shares_that_are_kept_are_facts() -> None:
    half = np.zeros((64, 64), np.bool_)
    half[:32] = True
    data = SHARP.data.has(mask=as_png(half), keep=10.0)
    hides = facts_of(replace(SHARP, data=data))

    assert hides.masked == 0.5
    assert hides.hidden == pytest.approx(0.95)
    assert facts_of(SHARP).hidden == 0
    for seed in range(20):
        hidden = hidden_pixels(data.has(keep_seed=seed), 64, 64)
        assert hidden is not None
        assert 0.6 * (~hidden).sum() < hides.learned <= (~hidden).sum()


@pytest.mark.parametrize("name", ["sharp-painting", "siren-painting"])
def test_the_whole_set_is_measured_as_often_whatever_batches_are_typed(name: str) -> None:
    shipped = preset(name)
    small = edited(shipped, batch_size=8)

    assert small.measure_every == 1  # 512 steps of an epoch
    assert "measure_every" in small.follows
    assert small.stop == shipped.stop
    assert edited(small, batch_size=shipped.batch_size).measure_every == shipped.measure_every
    assert returned(edited(SHARP, batch_size=8), "batch_size") == SHARP


@pytest.mark.parametrize("name", [name for name in METHODS if METHODS[name].makes == "picture"])
@pytest.mark.parametrize("size", [(2, 2), (3, 2048), (100, 67), (1411, 1411), (2048, 2048)])
def test_no_limit_stands_in_the_way_of_a_picture(name: str, size: tuple[int, int]) -> None:
    shipped = preset(name)
    data = shipped.data.has(source="own", image=own(size), longest=max(size), keep=100.0)
    painted = edited(shipped, data=data)

    assert check(painted) == []
    assert memory_needed(painted).total < 8e9


@pytest.mark.parametrize("observations", [2, 20, 300, 100_000])
def test_curves_have_a_method_too(observations: int) -> None:
    own_curve = preset(OWN["curve"])
    curve = edited(own_curve, data=own_curve.data.has(observations=observations))

    assert check(curve) == []
    assert curve.batch_size <= observations


def test_following_is_part_of_the_file_and_of_nothing_that_is_trained() -> None:
    apart = typed(SHARP, ["batch_size"])

    assert structure_of(apart) == structure_of(SHARP)
    assert settings_in_words(apart) == settings_in_words(SHARP)
    plain = msgspec.json.decode(msgspec.json.encode(experiment_as_plain(apart)))
    assert experiment_from(plain) == apart
