"""Every dataset of the catalog makes the samples that its entry declares, in training and in scripts."""

import base64
import io
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cadl_desktop.data.curves.curve_datasets import encode_points
from cadl_desktop.data.samples import samples_of
from cadl_desktop.experiment import Part, check, preset
from cadl_desktop.experiment.catalog import entries, entry, part
from cadl_desktop.experiment.edits import with_dataset
from cadl_desktop.experiment.model import has_many_pictures, picture_count
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.export.script.data_cells import data_cells
from tests.engine.runs import epochs, finished, run

EVERY = list(entries("dataset"))


def data_of(kind: str) -> Part:
    """Returns a small dataset of this kind, own points filled with random ones."""
    small = {"longest": 9, "count": 4, "observations": 30}
    if kind == "points":
        return part("dataset", kind, points=encode_points(np.random.default_rng(3).normal(0, 2, (30, 2))))
    names = {parameter.name for parameter in entry("dataset", kind).parameters}
    return part("dataset", kind, **{name: value for name, value in small.items() if name in names})


@pytest.mark.parametrize("kind", EVERY)
def test_samples_agree_with_the_entry(kind: str) -> None:
    known, data = entry("dataset", kind), data_of(kind)
    samples = samples_of(data)
    count = len(samples.inputs)
    assert (samples.inputs.shape, samples.targets.shape) == tuple((count, size) for size in known.columns)
    assert known.samples is None or known.samples(data) == count
    assert (samples.picture_shape is None) == (known.makes == "curve")
    assert has_many_pictures(data) == (known.makes == "pictures") == (samples.places is not None)
    if has_many_pictures(data):
        assert picture_count(data) == len(np.unique(samples.inputs[:, 2])) == 4
    assert samples.low.shape == samples.high.shape == (known.columns[0],)
    assert ((samples.inputs >= samples.low) & (samples.inputs <= samples.high)).all()
    assert samples.target_low <= samples.targets.min() <= samples.targets.max() <= samples.target_high


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("before", ["lecture-painting", "lecture-tanh"])
def test_any_network_can_learn_it(before: str, kind: str) -> None:
    experiment = epochs(with_dataset(preset(before), data_of(kind)), 1)
    assert check(experiment) == []
    assert is_painting(experiment) == (entry("dataset", kind).makes != "curve")
    assert finished(run(experiment)).state.epoch == 1


@pytest.mark.parametrize("kind", EVERY)
def test_script_code_makes_the_same_samples(kind: str) -> None:
    experiment = with_dataset(preset("lecture-painting"), data_of(kind))
    samples = samples_of(experiment.data)
    script: dict[str, Any] = {"np": np, "base64": base64, "io": io, "zlib": zlib, "Image": Image}
    exec(data_cells(experiment, samples)[0].code, script)
    for name, ours in (("positions", samples.inputs), ("targets", samples.targets)):
        np.testing.assert_array_equal(script[name], ours)
    np.testing.assert_array_equal(script["low"], samples.low)
    np.testing.assert_array_equal(script["high"], samples.high)
    assert (script["target_low"], script["target_high"]) == (samples.target_low, samples.target_high)
    if entry("dataset", kind).makes == "picture":
        assert (script["height"], script["width"]) == samples.picture_shape
    if entry("dataset", kind).makes == "pictures":
        assert script["side"] == 9
