"""Hidden pixels, and their effect on samples, scaling and split."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from numpy.typing import NDArray
from PIL import Image
from skimage.restoration import inpaint_biharmonic

from cadl_desktop.data.pictures.masks import composite, drawn_pixels, hidden_pixels, mask_to_png, only_reveals
from cadl_desktop.data.pictures.picture_dataset import PictureError
from cadl_desktop.data.samples import samples_of
from cadl_desktop.data.scaling import target_scaling
from cadl_desktop.data.subsets import split
from cadl_desktop.experiment import Part, check, preset
from cadl_desktop.experiment.catalog import part

PAINTING = preset("lecture-painting")


def picture(**settings: object) -> Part:
    return part("dataset", "picture", longest=16, **settings)


def middle(side: int = 16) -> NDArray[np.bool_]:
    """Returns a mask that hides the middle quarter."""
    mask = np.zeros((side, side), np.bool_)
    mask[side // 4 : side * 3 // 4, side // 4 : side * 3 // 4] = True
    return mask


def test_nothing_is_hidden_without_mask_and_choice() -> None:
    assert samples_of(picture()).hidden is None
    assert hidden_pixels(picture(mask=mask_to_png(np.zeros((4, 4), np.bool_))), 16, 16) is None


def test_a_mask_hides_its_own_pixels_row_by_row() -> None:
    samples = samples_of(picture(mask=mask_to_png(middle())))

    assert samples.hidden is not None
    assert np.array_equal(samples.hidden.reshape(16, 16), middle())


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_a_mask_of_any_size_takes_the_nearest_pixel(rows: int, columns: int, high: int, wide: int) -> None:
    mask = np.random.default_rng(rows * 41 + columns).random((high, wide)) < 0.5
    drawn = drawn_pixels(picture(mask=mask_to_png(mask)), rows, columns)

    middles_down = ((np.arange(rows) + 0.5) * high / rows).astype(int)
    middles_along = ((np.arange(columns) + 0.5) * wide / columns).astype(int)
    assert np.array_equal(drawn, mask[np.ix_(middles_down, middles_along)])


@given(
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    *2 * [st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from([0.0, 0.1, 0.5]))],
    *2 * [st.tuples(st.sampled_from([20.0, 60.0, 100.0]), st.integers(0, 1))],
    st.booleans(),
)
def test_only_reveals_compares_hidden_pixels(
    size: tuple[int, int],
    first: tuple[int, int, float],
    second: tuple[int, int, float],
    chance: tuple[float, int],
    other_chance: tuple[float, int],
    erased: bool,
) -> None:
    masks = [np.random.default_rng(5).random(each[:2]) < each[2] for each in (first, second)]
    if erased:
        masks[1] = masks[0] & (np.random.default_rng(6).random(masks[0].shape) < 0.7)
    before, after = (
        picture(mask=mask_to_png(mask), keep=keep, keep_seed=seed)
        for mask, (keep, seed) in zip(masks, (chance, other_chance), strict=True)
    )
    hidden, was_hidden = (hidden_pixels(data, *size) for data in (after, before))
    nothing = np.zeros(size, np.bool_)
    newly = (nothing if hidden is None else hidden) & ~(nothing if was_hidden is None else was_hidden)
    assert only_reveals(before, after, *size) == (not newly.any())


@given(st.floats(0.5, 100), st.integers(0, 2**31 - 1))
def test_exactly_the_given_share_is_kept(keep: float, seed: int) -> None:
    hidden = hidden_pixels(picture(keep=keep, keep_seed=seed), 16, 20)

    kept = 320 if hidden is None else int(320 - hidden.sum())
    assert kept == round(320 * keep / 100)


def test_kept_pixels_depend_on_the_seed_and_a_larger_share_contains_a_smaller_one() -> None:
    few, again, other, more = (
        hidden_pixels(picture(keep=keep, keep_seed=seed), 16, 16)
        for keep, seed in ((10, 0), (10, 0), (10, 1), (30, 0))
    )
    assert few is not None
    assert more is not None
    assert again is not None
    assert np.array_equal(few, again)
    assert other is not None
    assert not np.array_equal(few, other)
    assert (few | ~more).all()


def test_mask_and_choice_hide_together() -> None:
    both = hidden_pixels(picture(mask=mask_to_png(middle()), keep=50), 16, 16)
    chosen = hidden_pixels(picture(keep=50), 16, 16)

    assert both is not None
    assert chosen is not None
    assert np.array_equal(both, chosen | middle())


@pytest.mark.parametrize(
    ("settings", "field", "words"),
    [
        ({"mask": mask_to_png(np.ones((3, 3), np.bool_))}, "data.mask", "Every pixel is hidden"),
        ({"mask": b"no picture"}, "data.mask", "can't be read; clear it"),
        ({"mask": 3}, "data.mask", "does not hold a mask"),
        ({"keep": 0.1}, "data.keep", "keep more"),
        ({"keep": 0}, "data.keep", "too small"),
    ],
)
def test_a_picture_without_visible_pixels_is_a_problem(
    settings: dict[str, object], field: str, words: str
) -> None:
    experiment = replace(PAINTING, data=picture(**settings))

    (problem,) = check(experiment)

    assert problem.field == field
    assert words in problem.message


def test_a_mask_that_is_no_picture_is_refused_when_read() -> None:
    with pytest.raises(PictureError, match="mask can't be read"):
        samples_of(picture(mask=b"no picture"))


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA"])
def test_a_mask_is_the_same_in_every_colour_mode(mode: str) -> None:
    written = BytesIO()
    Image.fromarray(middle().astype(np.uint8) * 255).convert(mode).save(written, "PNG")

    assert np.array_equal(drawn_pixels(picture(mask=written.getvalue()), 16, 16), middle())


def test_a_decoded_mask_holds_booleans_of_one() -> None:
    hidden = hidden_pixels(picture(mask=mask_to_png(middle())), 16, 16)

    assert hidden is not None
    assert set(np.unique(hidden.view(np.uint8)).tolist()) == {0, 1}  # Pillow's own are 0 and 255
    assert np.isfinite(inpaint_biharmonic(np.zeros((16, 16)), hidden.copy())).all()


def test_a_damaged_mask_is_refused_with_a_remedy() -> None:
    damaged = mask_to_png(np.random.default_rng(0).random((64, 64)) < 0.5)[:300]

    with pytest.raises(PictureError, match="clear it and draw it again"):
        drawn_pixels(picture(mask=damaged), 64, 64)


def test_with_few_visible_pixels_none_may_be_kept() -> None:
    mask = np.ones((16, 16), np.bool_)
    mask[0, 0] = False
    kept = [
        not check(replace(PAINTING, data=picture(mask=mask_to_png(mask), keep=50.0, keep_seed=seed)))
        for seed in range(20)
    ]

    assert {True, False} == set(kept)


def test_hidden_samples_are_neither_trained_on_nor_held_out() -> None:
    experiment = replace(PAINTING, data=picture(mask=mask_to_png(middle())), validation=0.25)

    training, validation = split(experiment, samples_of(experiment.data))

    seen = np.flatnonzero(~middle().ravel())
    assert sorted([*training, *validation]) == seen.tolist()
    assert len(validation) == 48


def test_hidden_colours_do_not_enter_the_scaling_of_targets() -> None:
    experiment = replace(PAINTING, data=picture(mask=mask_to_png(middle())), target_scaling="standardised")
    samples = samples_of(experiment.data)
    seen = samples.targets[~middle().ravel()]

    scaling = target_scaling(experiment, samples)

    assert scaling.offset == pytest.approx(seen.mean())
    assert scaling.scale == pytest.approx(seen.std())


def test_a_composite_shows_the_prediction_only_at_hidden_pixels() -> None:
    target, painted = np.zeros((16, 16, 3)), np.full((16, 16, 3), 99.0)

    assert np.array_equal(composite(painted, target, None), target)
    assert np.array_equal(composite(painted, target, middle())[..., 0], np.where(middle(), 99.0, 0.0))
