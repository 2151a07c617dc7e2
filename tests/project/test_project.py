"""Project files open as they were saved, and invalid files are refused in one sentence."""

import json
import random
import re
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from cadl_desktop.data.pictures.picture_dataset import load_picture
from cadl_desktop.experiment import Experiment, preset, preset_names
from cadl_desktop.experiment.catalog import entries, part
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.shapes import weight_shapes, with_frozen
from cadl_desktop.project import Project, ProjectError, file, open_project, save_project
from cadl_desktop.project.project_reading import read_experiments
from cadl_desktop.project.recovery_copy import RecoveryWriter, open_recovery
from cadl_desktop.runs.changes import Change
from cadl_desktop.runs.events import Changed, EpochEnded, RunState
from cadl_desktop.runs.history import History
from cadl_desktop.sentences import shown
from cadl_desktop.storage.atomic import FileError
from tests.live_settings import slots_shape
from tests.project.members import Members, flipped, members_of, opens, refused, with_members
from tests.zips import encrypt, entry, liar, listing, zipped


def trained(experiment: Experiment, seed: int = 1) -> Project:
    """Returns a project with made-up weights and history."""
    draw = np.random.default_rng(seed)
    shapes = [shape for shapes in weight_shapes(experiment) for shape in shapes]
    # Transposed on purpose: the file must hold the values in logical order, not in memory order.
    weights = tuple(np.asfortranarray(draw.standard_normal(shape, np.float32)) for shape in shapes)
    slots = draw.standard_normal(slots_shape(experiment), np.float32)
    settings = msgspec.structs.replace(LiveSettings.of(experiment), rate=0.1, batch_size=20)
    history = History()
    for epoch in range(1, 6):
        history.add(EpochEnded(epoch, 5 * epoch, 0.1 * epoch, 1 / epoch, None, 0.02))
    history.add(Changed(Change(7, "rate", 0.1)))
    return Project(experiment, RunState(27, 5, 20, 0.51, weights, slots, settings), history)


def assert_same(project: Project, other: Project) -> None:
    assert other.experiment == project.experiment
    assert (other.state is None) == (project.state is None)
    if project.state and other.state:
        for name in ("step", "epoch", "row", "seconds", "settings", "cores"):
            assert getattr(other.state, name) == getattr(project.state, name)
        for array, again in zip(project.state.weights, other.state.weights, strict=True):
            np.testing.assert_array_equal(again, array)
        np.testing.assert_array_equal(other.state.slots, project.state.slots)
    assert (other.history is None) == (project.history is None)
    if project.history and other.history:
        np.testing.assert_array_equal(other.history.rows, project.history.rows)
        assert other.history.changes == project.history.changes


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "experiment.cadl"


@pytest.mark.parametrize("name", preset_names())
def test_presets_come_back(path: Path, name: str) -> None:
    for project in (Project(preset(name)), trained(preset(name))):
        save_project(path, project)
        assert_same(project, open_project(path))


def test_equal_projects_are_equal_files(path: Path) -> None:
    save_project(path, trained(preset("lecture-tanh")))
    first = path.read_bytes()
    save_project(path, open_project(path))
    assert path.read_bytes() == first


def test_an_own_picture_travels_inside(path: Path, tmp_path: Path) -> None:
    Image.linear_gradient("L").save(tmp_path / "mine.png")
    picture = load_picture(tmp_path / "mine.png")
    experiment = preset("lecture-painting")
    own = msgspec.structs.replace(experiment, data=experiment.data.has(source="own", image=picture))
    save_project(path, Project(own))
    (tmp_path / "mine.png").unlink()
    assert open_project(path).experiment == own
    assert any(name.endswith(".png") for name in members_of(path))


def test_frozen_layers_are_saved(path: Path) -> None:
    project = trained(with_frozen(preset("lecture-painting"), (2, 7)))
    assert project.state is not None
    settings = msgspec.structs.replace(project.state.settings, frozen=(2,))
    save_project(path, replace(project, state=replace(project.state, settings=settings)))
    opened = open_project(path)
    assert opened.experiment == project.experiment
    assert opened.state is not None
    assert opened.state.settings.frozen == (2,)


def test_a_file_from_before_layers_could_be_frozen_opens(path: Path) -> None:
    project = trained(preset("lecture-painting"))
    save_project(path, project)
    rewrite(path, lambda name, plain: without("frozen", plain))
    assert_same(open_project(path), project)


def test_processor_seconds_come_back_and_are_unknown_in_older_files(path: Path) -> None:
    project = trained(preset("lecture-painting"))
    assert project.state is not None
    save_project(path, replace(project, state=replace(project.state, processor_seconds=0.75)))
    opened = open_project(path)
    assert opened.state is not None
    assert opened.state.processor_seconds == 0.75
    rewrite(path, lambda name, plain: without("processor_seconds", plain))
    opened = open_project(path)
    assert opened.state is not None
    assert np.isnan(opened.state.processor_seconds)


@pytest.mark.parametrize("lacking", ["left out", "null"])
def test_settings_missing_in_a_state_are_the_experiments(path: Path, lacking: str) -> None:
    """Settings became live one by one: older states contain only rate and batch size."""
    cosine = part("schedule", "cosine", epochs=9)
    wanted = msgspec.structs.replace(
        preset("lecture-painting"), cost="l2", l1=0.5, bending=2.0, schedule=cosine
    )
    project = trained(with_frozen(wanted, (2,)))
    save_project(path, project)
    newer = set(LiveSettings.names()) - {"rate", "batch_size"}

    def older(name: str, plain: Any) -> Any:
        if name == "experiment.json":
            return plain
        kept = {key: value for key, value in plain.items() if key not in newer}
        return kept | (dict.fromkeys(newer) if lacking == "null" else {})

    rewrite(path, older)
    assert_same(open_project(path), project)


def test_a_state_in_a_file_is_a_flat_dict_of_numbers(path: Path) -> None:
    """The format of earlier versions, but for the optimizer, which a run couldn't change then."""
    save_project(path, trained(preset("lecture-painting")))
    plain = json.loads(members_of(path)["run.json"])
    assert plain.pop("schedule") == {"kind": "constant", "settings": []}
    adam = {"kind": "adam", "settings": [["beta1", 0.9], ["beta2", 0.999]]}
    assert plain.pop("optimizer") == adam
    assert plain.pop("frozen") == []
    assert plain == {
        "step": 27,
        "epoch": 5,
        "row": 20,
        "seconds": 0.51,
        "rate": 0.1,
        "batch_size": 20,
        "cost": "l1-sum",
        "l1": 0.0,
        "l2": 0.0,
        "smoothness": 0.0,
        "bending": 0.0,
    }


def rewrite(path: Path, change: Callable[[str, Any], Any]) -> None:
    """Changes experiment and state in a file."""

    def rewritten(members: Members) -> None:
        for name in ("experiment.json", "run.json"):
            members[name] = json.dumps(change(name, json.loads(members[name]))).encode()

    with_members(path, rewritten)


def without(name: str, plain: Any) -> Any:
    """Removes all settings with this name from plain data."""
    if isinstance(plain, dict):
        return {key: without(name, value) for key, value in plain.items() if key != name}
    return [without(name, value) for value in plain] if isinstance(plain, list) else plain


PARTS = st.sampled_from([part("layer", kind) for kind in entries("layer")])
EXPERIMENTS = st.builds(
    Experiment,
    name=st.text(st.characters(codec="utf-8")),
    note=st.text(st.characters(codec="utf-8"), max_size=20),
    seed=st.integers(0, 2**31 - 1),
    data=st.sampled_from([part("dataset", kind) for kind in entries("dataset")]),
    validation=st.floats(0, 0.9),
    encoding=st.sampled_from([part("encoding", kind) for kind in entries("encoding")]),
    layers=st.lists(PARTS, max_size=5).map(tuple),
    output=st.just(part("output", "dense")),
    cost=st.sampled_from(list(entries("cost"))),
    l1=st.floats(0, 1000),
    l2=st.floats(0, 1000),
    smoothness=st.floats(0, 1000),
    bending=st.floats(0, 1000),
    coherence=st.floats(0, 1000),
    example=st.floats(0, 1),
    optimizer=st.sampled_from([part("optimizer", kind) for kind in entries("optimizer")]),
    schedule=st.sampled_from([part("schedule", kind) for kind in entries("schedule")]),
    batch_size=st.integers(1, 1_000_000),
)


@given(EXPERIMENTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_experiment_comes_back(path: Path, experiment: Experiment) -> None:
    save_project(path, trained(experiment))
    assert_same(trained(experiment), open_project(path))


@pytest.mark.parametrize(
    "unfinished",
    [
        {"data": part("dataset", "picture", source="own")},
        {"data": part("dataset", "sine", low=3.0, high=-3.0)},
        {"layers": (), "output": part("output", "sum")},
    ],
)
def test_an_unfinished_experiment_can_be_saved_and_opened(path: Path, unfinished: dict[str, object]) -> None:
    experiment = msgspec.structs.replace(preset("lecture-tanh"), **unfinished)
    save_project(path, Project(experiment))
    assert open_project(path).experiment == experiment


def test_no_number_that_is_not_finite_is_saved(path: Path) -> None:
    experiment = preset("lecture-tanh")
    broken = msgspec.structs.replace(experiment, optimizer=experiment.optimizer.has(rate=float("nan")))
    with pytest.raises(ProjectError, match="was not saved"):
        save_project(path, Project(broken))
    assert not path.exists()


@pytest.mark.parametrize("in_place", [False, True])
def test_a_file_saved_while_it_is_opened_is_no_mixture(
    path: Path, monkeypatch: pytest.MonkeyPatch, in_place: bool
) -> None:
    wide = part("layer", "dense", units=300)  # larger than any buffer
    experiment = msgspec.structs.replace(preset("lecture-tanh"), layers=(wide, wide))
    before, after = (trained(experiment, seed) for seed in (1, 2))
    save_project(path, before)
    save_project(path.with_name("after.cadl"), after)
    assert path.stat().st_size == path.with_name("after.cadl").stat().st_size

    def replacing(members: Members) -> dict[bytes, Experiment]:
        if in_place:
            path.write_bytes(path.with_name("after.cadl").read_bytes())
        else:
            path.with_name("after.cadl").replace(path)
        return read_experiments(members)

    monkeypatch.setattr(file, "read_experiments", replacing)
    if in_place:
        assert "damaged" in refused(path)
    else:
        assert_same(open_project(path), before)


def test_a_missing_folder_is_reported(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="its folder does not exist"):
        save_project(tmp_path / "nowhere" / "a.cadl", Project(preset("lecture-tanh")))


def test_truncated_files_are_refused(path: Path) -> None:
    save_project(path, trained(preset("lecture-tanh")))
    whole = path.read_bytes()
    for length in range(0, len(whole), 13):
        path.write_bytes(whole[:length])
        refused(path)


def test_a_password_is_reported(path: Path) -> None:
    save_project(path, trained(preset("lecture-tanh")))
    encrypt(path)
    assert "it is protected by a password; pack it again without one." in refused(path)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("xl/workbook.xml", "it is a spreadsheet; save it as CSV"),
        ("word/document.xml", "it is a text document"),
        ("content.xml", "it is an office document"),
        ("model.weights.h5", "it is a Keras network; take it in by Import weights"),
        ("holiday/beach.jpg", "it is a zip archive that holds no project; unpack it"),
    ],
)
def test_unknown_compression_is_named_in_the_refusal(path: Path, name: str, message: str) -> None:
    with ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr(name, "")
    told = refused(path)
    assert message in told
    assert "damaged" not in told


def test_garbage_is_refused(path: Path) -> None:
    for content in (b"", b"PK", b"\0" * 1000, random.Random(1).randbytes(5000), b'{"format": 1}'):
        path.write_bytes(content)
        refused(path)


def test_flipped_bits_are_refused_or_do_no_harm(path: Path) -> None:
    save_project(path, trained(preset("lecture-tanh")))
    whole, draw = path.read_bytes(), random.Random(1)
    opened = []
    for _ in range(500):
        path.write_bytes(flipped(whole, draw))
        opened.append(opens(path))
    assert opened.count(False) > 400, "a container's checksums find nearly all"


def test_a_flipped_bit_in_the_end_record_is_reported_as_damage(path: Path) -> None:
    """Flipped offsets may point before the beginning of the file."""
    save_project(path, trained(preset("lecture-tanh")))
    whole = path.read_bytes()
    of_the_end = 22
    for place in range(1, of_the_end - 3):  # after the signature
        path.write_bytes(whole[:-place] + bytes([whole[-place] ^ 1]) + whole[len(whole) - place + 1 :])
        if not opens(path):
            assert "it is damaged" in refused(path)


def test_a_flipped_bit_in_a_listed_name_is_reported_as_damage(path: Path) -> None:
    """Not a member of a newer version, nor a zip of something else."""
    save_project(path, trained(preset("lecture-tanh")))
    whole = path.read_bytes()
    for name in (b"experiment.json", b"weights.safetensors", b"changes.json"):
        place = whole.rindex(name) + 2
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert "it is damaged" in refused(path)


def test_a_path_that_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "missing.cadl")
    assert "not an ordinary file" in refused(tmp_path)


def test_members_that_do_not_fit_together_are_refused(path: Path) -> None:
    def other_weights(members: Members) -> None:
        save_project(path, trained(preset("lecture-line")))
        members["weights.safetensors"] = members_of(path)["weights.safetensors"]

    assert "weights do not fit" in refused(changed(path, other_weights))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_no_numbers_are_refused(path: Path, value: float) -> None:
    project = trained(preset("lecture-tanh"))
    assert project.state is not None
    project.state.weights[-1][0] = value
    save_project(path, project)
    assert "not all of its weights are finite numbers" in refused(path)


def test_text_of_any_script_is_saved_unchanged(path: Path) -> None:
    """Right-to-left text, characters of several code points, and a decimal comma."""
    text = "\u202eעברית \u202c العربية 1,5 é 👩‍👩‍👧"
    named = path.with_name(f"{text}.cadl")
    project = trained(msgspec.structs.replace(preset("lecture-tanh"), name=text, note=f"{text}\n{text}"))
    save_project(named, replace(project, note=text))
    opened = open_project(named)
    assert (opened.experiment.name, opened.experiment.note) == (text, f"{text}\n{text}")
    assert opened.note == text
    named.write_bytes(b"")
    with pytest.raises(ProjectError, match=re.escape(shown(f"'{named.name}'"))):
        open_project(named)


def test_half_a_character_does_not_prevent_opening(path: Path) -> None:
    """A text field can cut an emoji in two."""
    project = trained(msgspec.structs.replace(preset("lecture-tanh"), name="a\ud83d", note="b\udc4d"))
    save_project(path, replace(project, note="c\ud83d"))
    opened = open_project(path)
    assert opened.note == "c�"
    for experiment in (project.experiment, opened.experiment):
        assert (experiment.name, experiment.note) == ("a�", "b�")
    RecoveryWriter(path.with_suffix("")).write(replace(project, note="c\ud83d"))
    assert open_recovery(path.with_suffix("")).note == "c�"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b'"format": 1', b'"format": 2', "a newer version of the program saved it"),
        (b'"format": 1', b'"format": 0', "no project of this program"),
        (b'"seed": 1', b'"seed": "x"', "its experiment is damaged"),
        (b'"seed": 1', b'"seed": NaN', "'experiment.json' in it is damaged"),
        (b'"seed": 1', b'"sead": 1', "its experiment is damaged"),
        (b'"units": 10', b'"units": 1.5', "layers.0.units is of the wrong type"),
        (b'"units": 10', b'"units": 99999999', "layers.0.units: 99999999 is too large"),
        (b'"units": 10', b'"units": [10]', "layers.0.units is of the wrong type"),
        (b'"units": 10', b'"united": 10', "layers.0.united"),
        (b'"kind": "dense"', b'"kind": "wavelet"', "the layer 'wavelet', which is not installed here"),
        (b'"kind": "dense"', b'"kind": ["dense"]', "its experiment is damaged"),
        (b'"rate": 0.02', b'"rate": {"picture": "../../etc/passwd"}', "one of its pictures is missing"),
    ],
)
def test_a_changed_experiment_is_refused(path: Path, old: bytes, new: bytes, message: str) -> None:
    def change(members: Members) -> None:
        assert old in members["experiment.json"]
        members["experiment.json"] = members["experiment.json"].replace(old, new, 1)

    assert message in refused(changed(path, change))


@pytest.mark.parametrize("name", ["weights.safetensors", "optimizer.safetensors", "run.json", "changes.json"])
def test_missing_and_empty_members_are_refused(path: Path, name: str) -> None:
    assert name in refused(changed(path, lambda members: members.pop(name)))
    assert name in refused(changed(path, lambda members: members.update({name: b""})))


@pytest.mark.parametrize("memories", [0, 1, 3])
def test_the_memory_of_another_optimizer_is_refused(path: Path, memories: int) -> None:
    """Continuing training with it would end with an error."""
    project = trained(preset("lecture-painting"))  # by Adam, which has two
    assert project.state is not None
    slots = np.zeros((memories, project.state.slots.shape[1]), np.float32)
    save_project(path, replace(project, state=replace(project.state, slots=slots)))
    assert "its optimizer's memory does not fit its experiment" in refused(path)


@pytest.mark.parametrize("name", ["../evil.json", "/etc/passwd", "pictures/../../x.png", "code.py"])
def test_members_that_do_not_belong_are_refused(path: Path, name: str) -> None:
    assert "holds more than" in refused(changed(path, lambda members: members.update({name: b"x"})))


def test_a_bomb_is_refused(path: Path) -> None:
    bomb = b" " * (8 * 2**20)
    assert "too large" in refused(changed(path, lambda members: members.update({"experiment.json": bomb})))


def _lying(path: Path, kind: str) -> None:
    """Returns a file of two megabytes at most."""
    with ZipFile(path) as archive:
        told = archive.read("experiment.json")
    honest = entry("experiment.json", told)
    if kind == "its size":
        path.write_bytes(zipped(honest, liar("points/0123456789abcdef.npy", 400)))
    elif kind == "what it takes":
        spaces = [entry(f"runs/{number}/changes.json", b" " * 16 * 2**20) for number in range(1, 26)]
        takes_much = replace(entry("changes.json", b"[]"), packed_size=2**31)
        path.write_bytes(zipped(honest, *spaces, takes_much))
    elif kind == "how many":
        path.write_bytes(listing("experiment.json", 200_000))


@pytest.mark.parametrize("kind", ["its size", "what it takes", "how many"])
def test_a_small_file_that_lies_takes_little_memory(path: Path, kind: str) -> None:
    save_project(path, Project(preset("lecture-tanh")))
    _lying(path, kind)
    tracemalloc.start()
    try:
        assert "damaged" in refused(path)
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


def test_deep_nesting_is_refused(path: Path) -> None:
    deep = b"[" * 100_000
    assert "damaged" in refused(changed(path, lambda members: members.update({"changes.json": deep})))


def test_files_from_before_penalties_and_schedules_open(path: Path) -> None:
    def age(members: Members) -> None:
        for name, new in (
            ("experiment.json", ("l1", "l2", "smoothness", "bending", "schedule")),
            ("run.json", ("cost", "l1", "l2", "smoothness", "bending", "schedule")),
        ):
            plain = json.loads(members[name])
            kept = plain["experiment"] if name == "experiment.json" else plain
            for field in new:
                del kept[field]
            members[name] = json.dumps(plain).encode()

    assert_same(trained(preset("lecture-tanh")), open_project(changed(path, age)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"cost": "l3"},
        {"cost": 3},
        {"l1": -1.0},
        {"smoothness": -1.0},
        {"bending": -1.0},
        {"schedule": {"kind": "sometimes", "settings": []}},
        {"schedule": {"kind": "step", "settings": [["every", 0], ["factor", 0.5]]}},
        {"schedule": {"kind": "step", "settings": [["every", {"a": 1}]]}},
        {"row": 2**31},
        {"seconds": 1e308},
    ],
)
def test_a_run_with_impossible_numbers_is_refused(path: Path, wrong: dict[str, object]) -> None:
    def change(members: Members) -> None:
        members["run.json"] = json.dumps(json.loads(members["run.json"]) | wrong).encode()

    assert "run.json" in refused(changed(path, change))


def changed(path: Path, change: Callable[[Members], object]) -> Path:
    """Writes the file of a valid project with changed members."""
    save_project(path, trained(preset("lecture-tanh")))
    return with_members(path, change)
