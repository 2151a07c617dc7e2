"""Rendering in pieces equals rendering at once, and the first coarse picture is cheap."""

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cadl_desktop.computing.view_rendering import (
    COARSE_OPERATIONS,
    Curve,
    CurveRequest,
    PaintedLayer,
    PictureRequest,
    RenderedPiece,
    ViewRendering,
    Wanted,
    operations_per_pixel,
    reductions,
)
from cadl_desktop.data.frames import WHOLE, Frame, around
from cadl_desktop.engine import Renderer, initial_weights, predict
from cadl_desktop.experiment import Experiment, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.runs.gains import NO_GAINS, with_gain
from tests.engine.runs import small_painting


def all_pieces(
    experiment: Experiment, wanted: Wanted, coarse_first: bool = True, **more: Any
) -> list[RenderedPiece]:
    gains = more.get("gains", NO_GAINS)
    rendering = ViewRendering(experiment, initial_weights(experiment), gains, wanted, coarse_first)
    pieces = [rendering.go_on(predict, Renderer)]
    while not pieces[-1].done:
        pieces.append(rendering.go_on(predict, Renderer))
    return pieces


def layers(pieces: list[RenderedPiece]) -> list[PaintedLayer]:
    return [piece.made for piece in pieces if isinstance(piece.made, PaintedLayer)]


def test_coarse_pictures_precede_the_wanted_one() -> None:
    experiment = preset("lecture-painting")
    made = layers(all_pieces(experiment, PictureRequest(around(2.0), 600, 500)))
    assert [layer.last for layer in made] == [False, True]
    coarse, fine = made
    assert coarse.pixels.shape == (150, 125, 3)
    assert fine.pixels.shape == (600, 500, 3)
    assert coarse.density < fine.density
    assert {layer.frame for layer in made} == {around(2.0)}
    means = fine.pixels.reshape(150, 4, 125, 4, 3).mean((1, 3))
    assert np.abs(coarse.pixels - means).mean() < 2


def test_pieces_equal_the_picture_of_one_forward_pass() -> None:
    experiment, frame = small_painting(), Frame(-0.5, 0.2, 1.7, 0.9)
    gains = with_gain(experiment, NO_GAINS, 1, 2, 0.0)
    pieces = all_pieces(experiment, PictureRequest(frame, 331, 217), coarse_first=False, gains=gains)
    (layer,) = layers(pieces)
    rows = (frame.top + (np.arange(331) + 0.5) / 331 * frame.height) * 12 - 0.5
    columns = (frame.left + (np.arange(217) + 0.5) / 217 * frame.width) * 12 - 0.5
    positions = np.stack(np.meshgrid(rows, columns, indexing="ij"), -1).reshape(-1, 2)
    expected = predict(experiment, initial_weights(experiment), positions, gains).reshape(331, 217, 3)
    assert np.abs(layer.pixels - np.clip(expected, 0, 255)).max() <= 0.51


def test_a_large_picture_takes_several_pieces() -> None:
    pieces = all_pieces(preset("lecture-painting"), PictureRequest(WHOLE, 700, 700), coarse_first=False)
    assert len(pieces) > 3
    assert sum(piece.made is not None for piece in pieces) == 1


@pytest.mark.parametrize(("units", "side"), [(64, 1000), (1024, 1000), (8, 2000), (8, 1), (1024, 1)])
def test_the_first_picture_is_always_cheap(units: int, side: int) -> None:
    experiment = small_painting(layers=(part("layer", "dense", units=units),) * 6)
    first, *others = reductions(experiment, PictureRequest(WHOLE, side, side), coarse_first=True)
    pixels = max(1, side // first) ** 2
    assert pixels == 1 or operations_per_pixel(experiment) * pixels < 1.1 * COARSE_OPERATIONS
    assert [first, *others][-1] == 1
    assert reductions(experiment, PictureRequest(WHOLE, side, side), coarse_first=False) == [1]


def test_weights_that_are_not_finite_still_make_a_picture() -> None:
    experiment = small_painting()
    weights = [np.full_like(array, np.nan) for array in initial_weights(experiment)]
    piece = ViewRendering(experiment, weights, NO_GAINS, PictureRequest(WHOLE, 3, 3), False).go_on(
        predict, Renderer
    )
    assert isinstance(piece.made, PaintedLayer)
    assert not piece.made.pixels.any()


def test_a_curve_far_beyond_its_data() -> None:
    experiment = preset("lecture-tanh")
    (piece,) = all_pieces(experiment, CurveRequest(-40.0, 25.0, 500))
    assert isinstance(piece.made, Curve)
    assert (piece.made.x[0], piece.made.x[-1], len(piece.made.x)) == (-40.0, 25.0, 500)
    expected = predict(experiment, initial_weights(experiment), piece.made.x[:, None])[:, 0]
    assert np.allclose(piece.made.y, expected)


def test_edits_without_a_change_of_scaling_read_no_picture() -> None:
    experiment = small_painting()
    first = Renderer(experiment)
    other = Renderer(replace(experiment, batch_size=3, layers=()))
    assert first.to_input is other.to_input
    assert Renderer(replace(experiment, input_scaling="centred")).to_input is not first.to_input
