"""Guesses for hidden pixels, copied from the picture itself: how they count, where there are none, stops."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray
from PIL import Image

from cadl_desktop.data.frames import Frame
from cadl_desktop.data.pictures import example_guesses, guessed_pixels
from cadl_desktop.data.pictures.cropping import image_to_png
from cadl_desktop.data.pictures.masks import mask_to_png
from cadl_desktop.data.samples import samples_of
from cadl_desktop.engine import Control, train
from cadl_desktop.experiment import Experiment, Part
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.runs.events import Changed, Event, Finished, Progressed, Started
from tests.engine.runs import epochs, finished, of_kind, run, same_bits, small_painting

NOTE = "Hidden pixels are filled in from the picture itself, by places of it that look alike."
PART = " Only a part of it was searched."
NOTHING = "Nothing in this picture can be copied into what is hidden; it is filled in smoothly."


def stripes(side: int) -> NDArray[np.uint8]:
    lit = (np.arange(side) % 4 < 2)[:, np.newaxis, np.newaxis]
    return np.broadcast_to(np.where(lit, [230, 200, 40], [20, 60, 160]), (side, side, 3)).astype(np.uint8)


def striped(side: int, mask: NDArray[np.bool_] | None = None) -> Part:
    """Striped picture that is black where a mask, perhaps of fewer pixels, hides it."""
    picture = stripes(side)
    if mask is not None:
        picture[np.kron(mask, np.ones((side // len(mask),) * 2)) > 0] = 0
    image = image_to_png(Image.fromarray(picture))
    data = part("dataset", "picture", source="own", image=image, longest=side)
    return data if mask is None else data.has(mask=mask_to_png(mask))


def hole(side: int, rows: slice, columns: slice) -> NDArray[np.bool_]:
    mask = np.zeros((side, side), np.bool_)
    mask[rows, columns] = True
    return mask


def holed_stripes(**changes: Any) -> Experiment:
    """Stripes of 20 x 20 pixels with a hole of 4 x 4."""
    mask = hole(20, slice(9, 13), slice(8, 12))
    return small_painting(data=striped(20, mask), target_scaling="unit", **changes)


def unseen(**changes: Any) -> Experiment:
    """Picture in which no patch without a hidden pixel is left."""
    mask = hole(12, slice(3, 9), slice(3, 9))
    return small_painting(data=small_painting().data.has(mask=mask_to_png(mask)), **changes)


def notes(experiment: Experiment) -> tuple[str, ...]:
    started = next(train(experiment))
    assert isinstance(started, Started)
    return started.notes


def test_a_guess_counts_as_a_seen_pixel_does() -> None:
    """The whole picture is a batch: its 384 seen pixels and, evenly, 192 of its 16 guesses repeated."""
    descent = part("optimizer", "gradient descent", rate=0.1)
    guessed = epochs(holed_stripes(example=1.0, batch_size=384, cost="l2", optimizer=descent), 20)
    samples = samples_of(guessed.data)
    found = guessed_pixels.guessed_pixels(guessed, samples)
    assert found is not None
    filled = samples.targets.astype(np.uint8)
    filled[samples.hidden] = found.colours
    image = image_to_png(Image.fromarray(filled.reshape(20, 20, 3)))
    seen = replace(
        guessed,
        data=striped(20).has(image=image),
        batch_size=400,
        optimizer=descent.has(rate=0.1 * 400 / 384),
    )

    ours, theirs = (finished(run(each)).state.weights for each in (guessed, seen))
    unlike = finished(run(replace(guessed, example=0.5))).state.weights

    for our, their, other in zip(ours, theirs, unlike, strict=True):
        np.testing.assert_allclose(our, their, atol=1e-5)
        assert np.abs(other - their).max() > 1e-4


def test_a_hole_in_stripes_is_filled_as_it_was() -> None:
    grid = part("encoding", "hash grid", levels=3, features=3, table=400, coarsest=5, finest=20)
    experiment = holed_stripes(encoding=grid, layers=(), cost="l2", batch_size=128)
    experiment = replace(experiment, optimizer=part("optimizer", "adam", rate=0.02))
    mask = samples_of(experiment.data).hidden
    assert mask is not None

    def error(example: float) -> float:
        painted = finished(run(epochs(replace(experiment, example=example), 150))).progress.prediction
        assert painted is not None
        wanted = stripes(20).reshape(-1, 3)[mask].astype(np.float64)
        return float(np.abs(painted.reshape(-1, 3)[mask] - wanted).mean())

    assert error(1.0) < 4.0 < 30.0 < error(0.0)


@pytest.mark.parametrize(
    "data",
    [
        part("dataset", "sine", observations=60),
        part("dataset", "pictures", count=3, longest=16),
        small_painting().data,
        small_painting().data.has(keep=50.0),
        small_painting().data.has(mask=mask_to_png(hole(12, slice(3, 9), slice(3, 9)))),
    ],
    ids=["curve", "pictures", "whole picture", "sparse pixels", "hole without patches beside it"],
)
def test_without_anything_to_copy_nothing_changes(data: Part) -> None:
    plain = epochs(small_painting(data=data), 2)

    one, other = (finished(run(replace(plain, example=example))).state for example in (0.0, 1.0))

    assert same_bits(one, other)


def test_a_run_says_where_hidden_pixels_come_from() -> None:
    assert notes(holed_stripes(example=1.0)) == (NOTE,)
    assert notes(holed_stripes()) == notes(small_painting(example=1.0)) == ()
    assert notes(unseen(example=1.0)) == (NOTHING,)


def test_only_the_surroundings_of_a_hole_are_searched_in_a_large_picture() -> None:
    # A pixel of the mask is ten of the picture.
    near, far = hole(110, slice(50, 52), slice(50, 52)), hole(110, slice(50, 52), slice(50, 52))
    far[2, 2] = far[105, 105] = True
    one, other = (
        small_painting(data=striped(1100, mask), example=1.0, batch_size=4096) for mask in (near, far)
    )
    samples = samples_of(one.data)
    guessed = guessed_pixels.guessed_pixels(one, samples)

    assert guessed is not None
    assert guessed is guessed_pixels.guessed_pixels(one, samples_of(one.data))
    np.testing.assert_array_equal(guessed.colours, stripes(1100).reshape(-1, 3)[samples.hidden])
    assert notes(one)[-1] == NOTE + PART
    assert notes(other)[-1] == NOTHING


def test_a_live_change_says_where_hidden_pixels_come_from() -> None:
    for data, note in ((holed_stripes().data, NOTE), (unseen().data, NOTHING)):
        control, said = Control(), list[tuple[str, ...]]()
        learned = epochs(small_painting(data=data), 40)
        for event in train(learned, control):
            if isinstance(event, Started):
                control.change(replace(event.settings, example=0.5))
            if isinstance(event, Changed):
                said.append(event.notes)
                control.change(replace(LiveSettings.of(learned), example=1.0))
        assert said == [(note,), ()]


def test_who_asks_for_the_same_guesses_shares_one_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessed_pixels, "_known", {})
    experiment, searches = holed_stripes(example=1.0), list[Iterator[Any]]()
    search = example_guesses.guesses_by_example

    def counted(*picture: Any) -> Iterator[Any]:
        searches.append(search(*picture))
        return searches[-1]

    monkeypatch.setattr(example_guesses, "guesses_by_example", counted)
    one, other = guessed_pixels.search_guesses(experiment), guessed_pixels.search_guesses(experiment)
    by_now = [next(one), next(other)]
    one.close()
    *rest, found = other

    assert len(searches) == 1
    frame = Frame(9 / 20, 8 / 20, 4 / 20, 4 / 20)
    for each in (*by_now, *rest):
        assert isinstance(each, guessed_pixels.GuessesByNow)
        assert (each.frame, each.pixels.shape, each.pixels[..., 3].min()) == (frame, (4, 4, 4), 255)
    assert found is guessed_pixels.guessed_pixels(experiment, samples_of(experiment.data))
    np.testing.assert_array_equal(rest[-1].pixels[..., :3].reshape(-1, 3), found.colours)


class SlowSearch:
    """Search that is stopped after its first guesses, and fails where it goes on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, control: Control) -> None:
        self._control, self._search = control, example_guesses.guesses_by_example
        monkeypatch.setattr(guessed_pixels, "_known", {})
        monkeypatch.setattr(example_guesses, "guesses_by_example", self._guesses)

    def _guesses(self, *picture: Any) -> Iterator[Any]:
        yield next(self._search(*picture))
        self._control.stop()
        yield next(self._search(*picture))
        raise AssertionError("the search goes on")


@pytest.mark.parametrize("amid", [False, True])
def test_a_stop_ends_the_search_and_the_run_goes_on_later(
    monkeypatch: pytest.MonkeyPatch, amid: bool
) -> None:
    """Also where guesses are first asked for amid a run."""
    experiment, control, events = holed_stripes(example=1.0), Control(), list[Event]()
    begun = replace(experiment, example=0.0) if amid else experiment
    with monkeypatch.context() as patch:
        SlowSearch(patch, control)
        for event in train(begun, control):
            events.append(event)
            if amid and isinstance(event, Progressed) and not of_kind(events, Changed):
                control.change(LiveSettings.of(experiment))
        stopped = finished(events)

    later = finished(run(experiment, state=stopped.state))
    whole = list[Event]()
    control = Control()
    for event in train(begun, control):
        whole.append(event)
        if isinstance(event, Progressed) and event.step == stopped.state.step and amid:
            control.change(LiveSettings.of(experiment))

    assert (stopped.reason, stopped.state.settings.example) == ("stopped", 1.0)
    assert isinstance(later, Finished)
    assert same_bits(later.state, finished(whole).state)
