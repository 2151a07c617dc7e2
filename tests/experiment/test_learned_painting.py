"""The rule of 'learned-painting': never more parameters than allowed, nearly as many, for any picture."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image

from cadl_desktop.data.pictures.picture_dataset import load_picture
from cadl_desktop.experiment import Experiment, check, preset
from cadl_desktop.experiment.check import LEAST_PARAMETERS, MOST_PARAMETERS
from cadl_desktop.experiment.methods.facts import Facts, facts_of
from cadl_desktop.experiment.methods.following import follow_all, followed
from cadl_desktop.experiment.methods.rules import learned_painting, own_painting
from cadl_desktop.experiment.methods.sized_networks import sized_network
from cadl_desktop.experiment.model import structure_of
from cadl_desktop.experiment.presets import experiment_as_plain, experiment_from
from cadl_desktop.experiment.shapes import parameter_count

LEARNED = preset("learned-painting")
SIZES = [
    (3, 3),
    (16, 16),
    (43, 64),
    (64, 43),
    (2, 300),
    (171, 256),
    (256, 171),
    (60, 400),
    (3, 2048),
    (683, 1024),
    (3000, 4000),
]
SHARES = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 1.5]


def facts(height: int, width: int, share: float, colours: int = 3) -> Facts:
    return Facts(points=height * width, height=height, width=width, parameters=share, colours=colours)


def parameters_of(known: Facts) -> int:
    """Number of parameters of the network that the rule gives, in an experiment as `train` gets it."""
    values = learned_painting(known)
    return parameter_count(replace(LEARNED, encoding=values["encoding"], layers=values["layers"]))


def own(height: int, width: int, share: float | None, *, grey: bool = False) -> Experiment:
    pixels = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
    if grey:
        pixels[..., 1:] = pixels[..., :1]
    written = BytesIO()
    Image.fromarray(pixels).save(written, "PNG")
    data = LEARNED.data.has(source="own", image=load_picture(written.getvalue()), longest=max(height, width))
    return replace(LEARNED, data=data, parameters=share)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("colours", [1, 3])
def test_a_network_has_nearly_as_many_parameters_as_are_allowed(
    size: tuple[int, int], share: float, colours: int
) -> None:
    known = facts(*size, share, colours)
    allowed = min(known.allowed(share), MOST_PARAMETERS)
    found = parameters_of(known)

    assert found <= max(allowed, LEAST_PARAMETERS)
    assert found >= 0.9 * allowed or allowed < 200


@settings(max_examples=60, deadline=None)
@given(
    height=st.integers(1, 5000),
    width=st.integers(1, 5000),
    share=st.floats(0.01, 1.5),
    colours=st.sampled_from([1, 3]),
)
def test_no_picture_brings_more_parameters_than_are_allowed(
    height: int, width: int, share: float, colours: int
) -> None:
    known = facts(height, width, share, colours)
    assert parameters_of(known) <= min(max(known.allowed(share), LEAST_PARAMETERS), MOST_PARAMETERS)


@pytest.mark.parametrize("allowed", range(LEAST_PARAMETERS, 1500, 7))
def test_small_networks_are_filled_too(allowed: int) -> None:
    network = sized_network(allowed, 40, 60)
    found = parameter_count(replace(LEARNED, encoding=network["encoding"], layers=network["layers"]))

    assert found <= allowed
    assert found >= 0.9 * allowed or allowed < 200


def test_four_pixels_have_no_network_and_one_sentence_says_so() -> None:
    (problem,) = check(follow_all(own(2, 2, 0.1)))

    assert problem.field == "parameters"
    assert problem.message.endswith("choose 75 % or more.")
    assert check(follow_all(own(2, 2, 0.75))) == []
    (problem,) = check(follow_all(own(1, 2, 1.5, grey=True)))
    assert problem.message.endswith("take a larger picture.")


def test_the_same_facts_give_the_same_network() -> None:
    known = facts(171, 256, 0.1)
    assert learned_painting(known) == learned_painting(known)


def test_a_share_is_of_whole_numbers() -> None:
    assert facts(10, 10, 0.29, 1).allowed(0.29) == 29


def test_a_tenth_is_allowed_unless_a_share_is_set() -> None:
    unset = Facts(points=171 * 256, height=171, width=256)
    assert learned_painting(unset) == learned_painting(facts(171, 256, 0.1))


@pytest.mark.parametrize("size", [(3, 3), (40, 30), (20, 400), (300, 300)])
@pytest.mark.parametrize("share", [0.5, 1.5])
def test_own_pictures_can_be_trained(size: tuple[int, int], share: float) -> None:
    painted = follow_all(own(*size, share))

    assert check(painted) == []
    assert parameter_count(painted) <= share * 3 * size[0] * size[1]


def test_another_share_brings_another_network_and_the_run_starts_over() -> None:
    larger = followed(LEARNED, replace(LEARNED, parameters=0.25))

    assert 2.2 < parameter_count(larger) / parameter_count(LEARNED) < 2.6
    assert structure_of(larger) != structure_of(LEARNED)
    assert followed(larger, replace(larger, parameters=0.1)) == LEARNED


def test_a_grey_picture_has_one_number_a_pixel() -> None:
    grey, coloured = own(40, 60, 0.5, grey=True), own(40, 60, 0.5)

    assert (facts_of(grey).colours, facts_of(coloured).colours) == (1, 3)
    assert parameter_count(follow_all(grey)) <= 1200


def test_hidden_pixels_count_and_change_no_network() -> None:
    hiding = followed(LEARNED, replace(LEARNED, data=LEARNED.data.has(keep=10.0)))

    assert (hiding.encoding, hiding.layers) == (LEARNED.encoding, LEARNED.layers)


def test_a_share_alone_is_no_part_of_the_structure_and_is_written_only_where_set() -> None:
    exact = preset("own-painting")

    assert structure_of(replace(exact, parameters=0.3)) == structure_of(exact)
    assert "parameters" not in experiment_as_plain(exact)
    assert experiment_from(experiment_as_plain(LEARNED)) == LEARNED
    assert experiment_as_plain(LEARNED)["parameters"] == 0.1


def test_the_exact_copy_does_not_look_at_the_share() -> None:
    exact = own(20, 30, None, grey=True)

    assert own_painting(facts_of(exact)) == own_painting(facts_of(replace(exact, parameters=0.1)))
