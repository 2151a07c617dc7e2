"""Coherence: agreement with NumPy, tiles that cover the surroundings of hidden pixels, and filled holes."""

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import ArrayLike
from PIL import Image

from cadl_desktop.data.pictures.coherence_tiles import (
    Tiles,
    coherence_tiles,
    coherence_unit,
    coherence_window,
)
from cadl_desktop.data.pictures.cropping import image_to_png as picture_png
from cadl_desktop.data.pictures.hole_filling import (
    ANISOTROPY,
    FLOOR,
    fill_hole,
    mean_and_variance,
    mean_colour_weight,
)
from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.data.samples import samples_of
from cadl_desktop.data.scaling import target_scaling
from cadl_desktop.engine.device import tf
from cadl_desktop.engine.training.picture_penalties import incoherence
from cadl_desktop.engine.training.steps import compiled_for
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.catalog import part
from tests.engine.runs import epochs, finished, run, small_painting


def tiles_of(experiment: Experiment) -> Tiles:
    samples = samples_of(experiment.data)
    tiles = coherence_tiles(experiment, samples, target_scaling(experiment, samples))
    assert tiles is not None
    return tiles


def costs_of(tiles: Tiles) -> np.ndarray:
    """Samples that have a cost in each tile, (tiles, places), -1 for the others."""
    inner = tiles.corners[:, np.newaxis] + tiles.offsets[1:-1, 1:-1].ravel()
    return np.where(tiles.near[inner], inner, -1)


def tiles_with(shares: list[float], anisotropy: float, mean: ArrayLike = (0.2, 0.5, 0.4)) -> Tiles:
    """Tiles with given numbers in place of those measured from a picture, as tensors."""
    numbers = {"shares": shares, "anisotropy": anisotropy, "mean": mean}
    tensors = {name: tf.constant(number, tf.float32) for name, number in numbers.items()}
    return tiles_of(small_painting())._replace(**tensors)


def hiding(rows: slice, columns: slice, longest: int = 12) -> Experiment:
    mask = np.zeros((longest, longest), np.bool_)
    mask[rows, columns] = True
    return small_painting(data=small_painting().data.has(longest=longest, mask=mask_to_png(mask)))


def around(values: np.ndarray, window: int) -> np.ndarray:
    """Mean over a window, cropped at the border, applied twice."""
    reach = window // 2
    for _ in range(2):
        values = np.array(
            [
                [
                    values[max(r - reach, 0) : r + reach + 1, max(c - reach, 0) : c + reach + 1].mean((0, 1))
                    for c in range(values.shape[1])
                ]
                for r in range(values.shape[0])
            ]
        )
    return values


@pytest.mark.parametrize("anisotropy", [0.0, 0.25, 1.0])
def test_each_gradient_is_measured_by_its_surroundings(anisotropy: float) -> None:
    random = np.random.default_rng(3)
    picture, costs = random.uniform(size=(9, 11, 3)), random.integers(0, 2, (7, 9)).astype(np.float32)
    dy, dx = np.diff(picture, axis=0)[1:, 1:-1], np.diff(picture, axis=1)[1:-1, 1:]
    dyy, dxx = np.diff(picture, 2, axis=0)[:, 1:-1], np.diff(picture, 2, axis=1)[1:-1]
    dxy = np.diff(np.diff(picture, axis=0), axis=1)[1:, 1:]
    tiles = tiles_with([0.3, 0.4, 0.6], anisotropy)
    distances = np.square(picture[1:-1, 1:-1] - tiles.mean.numpy()).sum(-1)
    wanted = 0.5 * 0.3 * (costs * distances).sum()
    for share, vectors in ((0.4, [(dx, dy)]), (0.6, [(dxx, dxy), (dxy, dyy)])):
        stacked = np.concatenate([np.stack(vector, -1) for vector in vectors], axis=2)
        tensors = np.einsum("rcki,rckj->rcij", stacked, stacked)
        values, vectors_of = np.linalg.eigh(around(tensors, 5) + FLOOR**2 * np.eye(2))
        both = values.sum(-1, keepdims=True)
        measures = (1 - anisotropy + 2 * anisotropy * (both - values) / both) / values
        measured = np.einsum("rcik,rcij,rcjk->rck", vectors_of, tensors, vectors_of)
        wanted += 0.5 * share * (costs * (measures * measured).sum(-1)).sum()

    found = incoherence(tf.constant(picture, tf.float32), tf.constant(costs), tiles, 5)

    assert float(found) == pytest.approx(wanted, rel=1e-4)


def test_a_hole_filled_in_without_a_network_costs_least() -> None:
    """The measure by which strengths are tried equals the penalty of networks."""
    picture, hole = np.random.default_rng(5).uniform(0.2, 0.8, (24, 24, 3)), np.zeros((24, 24), np.bool_)
    picture = around(picture, 5)
    hole[9:14, 8:13] = True
    filled = tf.constant(fill_hole(picture, hole, 0.2, 7), tf.float32)
    mean, variance = mean_and_variance(picture[~hole])
    tiles = tiles_with([mean_colour_weight(0.2, variance), 0.2, 0.8], ANISOTROPY, mean)
    costs = tf.ones((22, 22))

    with tf.GradientTape() as tape:
        tape.watch(filled)
        cost = incoherence(filled, costs, tiles, 7)
    slope = np.abs(tape.gradient(cost, filled).numpy())

    assert slope[hole].max() < 0.05 * slope[~hole].max()


def test_a_run_reports_its_tuning() -> None:
    hidden = hiding(slice(3, 5), slice(3, 5))
    plain, tuned = (next(iter(run(epochs(replace(hidden, coherence=x), 1)))) for x in (0.0, 1e-4))

    assert plain.notes == ()
    assert tuned.notes == (
        "Coherence is tuned on this picture: slopes count 20 % and bends the rest, as tried on 6 holes of "
        "the same shape elsewhere in it.",
    )


def test_tiles_cover_the_surroundings_of_hidden_pixels() -> None:
    experiment = hiding(slice(70, 75), slice(10, 13), longest=150)
    tiles = tiles_of(experiment)
    reach = coherence_window(experiment) // 2 + 1
    costs = costs_of(tiles)
    costly = np.unique(costs[costs >= 0])

    assert (*tiles.corners.shape, *tiles.offsets.shape) == (9, 96, 96)
    assert (costs >= 0).any(axis=1).all()
    rows, columns = np.divmod(costly, 150)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (70 - reach, 74 + reach, 1, 12 + reach)
    assert len(costly) == (5 + 2 * reach) * (12 + reach)


def test_all_masks_have_equally_many_tiles_and_cost_by_their_hidden_pixels() -> None:
    small, large = (
        tiles_of(hiding(slice(70, 70 + side), slice(60, 60 + side), longest=150)) for side in (4, 40)
    )
    nothing = tiles_of(small_painting(data=small_painting().data.has(longest=150)))

    assert small.corners.shape == large.corners.shape
    assert nothing.near.all()
    for tiles in (small, large, nothing):
        costs = costs_of(tiles)
        places = np.unique(costs[costs >= 0]).size
        mean = coherence_unit(tiles, 150**2) * (costs >= 0).sum() / len(tiles.corners)
        assert mean == pytest.approx(places / 150**2 * np.square(tiles.span).mean())


def test_tiles_around_holes_hold_the_wide_windows_there() -> None:
    hole = hiding(slice(40, 60), slice(50, 70), longest=128)
    seen, sparse = (replace(hole, data=hole.data.has(mask="", keep=keep)) for keep in (100.0, 10.0))

    assert [tiles_of(experiment).offsets.shape for experiment in (hole, seen, sparse)] == [
        (96, 96),
        (64, 64),
        (64, 64),
    ]


def test_tiles_take_little_memory() -> None:
    tiles = tiles_of(hiding(slice(70, 75), slice(10, 13), longest=512))

    assert sum(array.nbytes for array in tiles) < 2 * 512**2


def test_windows_span_holes_and_are_narrow_between_kept_pixels() -> None:
    data = small_painting().data
    sides = [coherence_window(small_painting(data=data.has(longest=side))) for side in (12, 64, 128, 1024)]

    assert sides == [7, 13, 27, 41]
    assert coherence_window(small_painting(data=data.has(longest=128, keep=10.0))) == 7
    # Pictures are never enlarged.
    own = picture_png(Image.new("RGB", (64, 40)))
    assert coherence_window(small_painting(data=data.has(source="own", image=own, longest=1024))) == 13


def test_an_edge_goes_on_through_a_hole() -> None:
    """A slanted edge, hidden by the hole: a thin plate would blur it."""
    rows, columns = np.indices((24, 24))
    share = np.clip(columns - rows / 2 - 5, 0, 1)[..., np.newaxis]
    picture = np.round(share * [230, 200, 40] + (1 - share) * [20, 60, 160])
    mask = np.zeros((24, 24), np.bool_)
    mask[8:16, 7:15] = True
    data = part(
        "dataset",
        "picture",
        source="own",
        image=picture_png(Image.fromarray(picture.astype(np.uint8))),
        longest=24,
        mask=mask_to_png(mask),
    )
    plain = small_painting(
        data=data,
        input_scaling="square",
        target_scaling="unit",
        encoding=part("encoding", "hash grid", levels=3, features=3, table=576, coarsest=6, finest=24),
        output=part("output", "dense", initialiser="xavier"),
        layers=(),
        cost="l2",
        optimizer=part("optimizer", "adam", rate=0.02),
        batch_size=512,
    )

    def error(experiment: Experiment) -> float:
        painted = finished(run(epochs(experiment, 200))).progress.prediction
        assert painted is not None
        return float(np.square(painted[mask] - picture[mask]).mean())

    coherent = error(replace(plain, coherence=3e-5))
    assert coherent < 0.9 * error(replace(plain, bending=0.01))
    assert coherent < 0.4 * error(plain)


def test_it_is_compiled_only_where_requested_and_once_for_all_strengths() -> None:
    plain, little, much = (small_painting(coherence=weight) for weight in (0.0, 1.0, 2.0))

    assert compiled_for(little, 16, 1) is compiled_for(much, 16, 1)
    assert compiled_for(little, 16, 1) is not compiled_for(plain, 16, 1)


def test_curves_and_many_pictures_train_with_it() -> None:
    sine = part("dataset", "sine", observations=60)
    faces = part("dataset", "pictures", count=3, longest=16)

    assert finished(run(small_painting(data=sine, coherence=0.5))).reason == "epochs"
    assert finished(run(epochs(small_painting(data=faces, coherence=0.5), 1))).reason == "epochs"
