"""TensorBoard logs of a run, as TensorBoard's own reader reads them."""

import dataclasses
import io
import sys
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.process_graph import prepare_graph_for_ui

from cadl_desktop.data.scores import scores
from cadl_desktop.data.subsets import split
from cadl_desktop.engine import predict
from cadl_desktop.experiment import Experiment
from cadl_desktop.export.exports import export
from cadl_desktop.export.trained import Trained
from cadl_desktop.runs.network_weights import weight_names
from cadl_desktop.storage.atomic import FileError
from tests.engine.runs import epochs, small_painting
from tests.export.networks import CURVE, NETWORKS, untrained, with_moments


@pytest.fixture(scope="module")
def run() -> Trained:
    painting = small_painting(validation=0.2)
    return with_moments(epochs(replace(painting, data=painting.data.has(keep=80.0)), 4))


@pytest.fixture(scope="module")
def logs(run: Trained, tmp_path_factory: pytest.TempPathFactory) -> EventAccumulator:
    folder = tmp_path_factory.mktemp("logs") / "run.tensorboard"
    export("tensorboard", folder, run)
    read = EventAccumulator(str(folder), size_guidance={"images": 0, "scalars": 0, "histograms": 0})
    read.Reload()
    return read


def test_scalars_are_those_of_the_history(run: Trained, logs: EventAccumulator) -> None:
    for tag, column in (("cost/training", "cost"), ("cost/validation", "validation_cost")):
        events = logs.Scalars(tag)
        assert [event.step for event in events] == run.history.column("step").tolist()
        np.testing.assert_allclose([event.value for event in events], run.history.column(column), rtol=1e-6)
    assert {event.value for event in logs.Scalars("learning rate")} == {np.float32(0.001)}


def test_pictures_and_scores_are_those_of_the_snapshots(run: Trained, logs: EventAccumulator) -> None:
    steps = [state.step for state in run.moments(99)]
    assert len(steps) > 3
    pictures = logs.Images("painting")
    assert [event.step for event in pictures] == [event.step for event in logs.Scalars("PSNR")] == steps
    first = np.asarray(Image.open(io.BytesIO(pictures[0].encoded_image_string)), np.float64)
    expected = predict(run.experiment, run.moments(99)[0].weights, run.samples.inputs)
    np.testing.assert_allclose(first.reshape(-1, 3), np.clip(expected, 0, 255), atol=0.51)
    score = logs.Scalars("PSNR")[0].value
    held_out = split(run.experiment, run.samples)[1]
    assert score == pytest.approx(scores(run.samples.as_picture(expected), run.samples, held_out).seen_psnr)


def test_histograms_hold_every_weight(run: Trained, logs: EventAccumulator) -> None:
    for name, weights in zip(weight_names(run.experiment), run.state.weights, strict=True):
        last = logs.Histograms(f"weights/{name}")[-1]
        assert last.step == run.state.step
        values = last.histogram_value
        assert (values.num, sum(values.bucket)) == (weights.size, weights.size)
        assert (values.min, values.max) == (weights.min(), weights.max())


def test_the_graph_has_a_scope_for_every_layer(run: Trained, logs: EventAccumulator) -> None:
    assert logs.Tags()["graph"]
    nodes = {node.name: node for node in logs.Graph().node}
    scopes = {name.partition("/")[0] for name in nodes}
    assert scopes == {"inputs", "layer_1", "layer_2", "output_3"}
    by_scope = {scope: [nodes[n].op for n in nodes if n.startswith(f"{scope}/")] for scope in scopes}
    for scope in scopes - {"inputs"}:
        assert by_scope[scope].count("MatMul") == 1
    shape = nodes["layer_1/weights"].attr["shape"].shape
    assert [side.size for side in shape.dim] == list(run.state.weights[0].shape)
    (given,) = nodes["layer_1/MatMul"].attr["_output_shapes"].list.shape
    assert [side.size for side in given.dim] == [-1, run.state.weights[0].shape[1]]
    assert list(nodes["layer_1/MatMul"].input) == ["inputs", "layer_1/weights"]


@pytest.mark.parametrize("experiment", NETWORKS.values(), ids=NETWORKS)
def test_tensorboard_draws_the_graph_of_every_network(tmp_path: Path, experiment: Experiment) -> None:
    export("tensorboard", tmp_path / "run.tensorboard", untrained(experiment))
    read = EventAccumulator(str(tmp_path / "run.tensorboard"))
    read.Reload()
    definition = read.Graph()
    prepare_graph_for_ui(definition)
    names = {node.name for node in definition.node}
    assert f"output_{len(experiment.layers) + 1}" in {name.partition("/")[0] for name in names}
    for node in definition.node:
        assert {given.lstrip("^").partition(":")[0] for given in node.input} <= names


def test_a_curve_has_numbers_and_histograms(tmp_path: Path) -> None:
    export("tensorboard", tmp_path / "curve.tensorboard", untrained(CURVE))
    read = EventAccumulator(str(tmp_path / "curve.tensorboard"))
    read.Reload()
    assert len(read.Scalars("cost/training")) == 3
    assert read.Tags()["images"] == []


def test_weights_that_are_all_the_same_are_written_however_large(tmp_path: Path) -> None:
    run = untrained(CURVE)
    huge = tuple(np.full_like(array, -1e19) for array in run.state.weights)
    run = dataclasses.replace(run, state=dataclasses.replace(run.state, weights=huge))
    export("tensorboard", tmp_path / "curve.tensorboard", run)
    read = EventAccumulator(str(tmp_path / "curve.tensorboard"))
    read.Reload()
    for name, weights in zip(weight_names(run.experiment), huge, strict=True):
        values = read.Histograms(f"weights/{name}")[-1].histogram_value
        assert (values.max, sum(values.bucket)) == (np.float32(-1e19), weights.size)


def test_without_tensorboard_the_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    with pytest.raises(FileError, match="need the package 'tensorboard', which is missing here; run 'pip"):
        export("tensorboard", tmp_path / "run.tensorboard", untrained(CURVE))
    assert not (tmp_path / "run.tensorboard").exists()
