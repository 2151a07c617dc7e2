"""Tasks of the command line: continued and restarted runs, limits, settings, and files."""

import dataclasses
import os
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from cadl_desktop.cli.arguments import UsageError, repeat_option_names, train_parser
from cadl_desktop.cli.experiments import Task, task_of
from cadl_desktop.data.curves.curve_datasets import decode_points
from cadl_desktop.data.pictures.masks import drawn_pixels
from cadl_desktop.data.pictures.picture_dataset import decode
from cadl_desktop.engine import initial_weights
from cadl_desktop.experiment import Stop, preset, preset_names
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.effort import single_picture_numbers
from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.project import Project, open_project, save_project
from cadl_desktop.runs.network_weights import weight_names
from tests.engine.runs import finished, run
from tests.project.test_project import trained


def task(*words: object) -> Task:
    return task_of(train_parser().parse_args(repeat_option_names([*map(str, words), "--out", "out"])))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Project of the tanh network after 5 epochs and 0.51 seconds."""
    path = tmp_path / "run.cadl"
    save_project(path, trained(preset("lecture-tanh")))
    return path


def test_a_preset_is_used_as_it_is() -> None:
    assert task("lecture-tanh").experiment == preset("lecture-tanh")
    assert task("lecture-tanh").state is None


def test_limits() -> None:
    assert task("lecture-line").experiment.stop.epochs == 500
    by_epochs = task("lecture-line", "--epochs", 3).experiment.stop
    assert (by_epochs.epochs, by_epochs.seconds) == (3, None)
    by_seconds = task("lecture-line", "--seconds", 1.5).experiment.stop
    assert (by_seconds.epochs, by_seconds.seconds) == (None, 1.5)
    by_both = task("lecture-line", "--seconds", 1.5, "--epochs", 3).experiment.stop
    assert (by_both.epochs, by_both.seconds) == (3, 1.5)


def test_several_settings_follow_one_option_or_many() -> None:
    one = task("--set", "cost=l2", "batch_size=7", "lecture-tanh")
    many = task("lecture-tanh", "--set", "cost=l2", "--set", "batch_size=7")
    assert one.experiment == many.experiment
    assert (one.experiment.cost, one.experiment.batch_size) == ("l2", 7)


def test_kinds_are_set_before_other_settings() -> None:
    adam = task("lecture-tanh", "--set", "optimizer.rate=0.5", "optimizer.kind=adam").experiment.optimizer
    assert adam == part("optimizer", "adam", rate=0.5)


def test_a_trained_project_goes_on(project: Path) -> None:
    further = task(project, "--epochs", 3, "--seconds", 1)
    assert further.state is not None
    assert further.history.column("epoch").tolist() == [1, 2, 3, 4, 5]
    assert further.experiment.stop.epochs == 8
    assert further.experiment.stop.seconds == pytest.approx(1.51)
    assert further.state.settings == replace(LiveSettings.of(further.experiment), rate=0.1, batch_size=20)


@pytest.mark.parametrize(
    ("row", "words", "until"),
    [(980, (), 6), (981, (), 7), (1000, (), 7), (981, ("--set", "batch_size=7"), 6)],
)
def test_an_epoch_without_batches_left_counts_as_trained(
    project: Path, row: int, words: tuple[str, ...], until: int
) -> None:
    opened = open_project(project)
    assert opened.state is not None
    stopped = dataclasses.replace(opened.state, row=row)  # by Ctrl-C; 1,000 samples in batches of 20
    save_project(project, dataclasses.replace(opened, state=stopped))
    further = task(project, "--epochs", 1, *words)
    assert further.experiment.stop.epochs == until
    ended = finished(run(further.experiment, state=further.state)).state
    assert ended.epoch == until
    assert ended.step > stopped.step


def test_live_settings_change_on_the_way(project: Path) -> None:
    own = LiveSettings.of(open_project(project).experiment)
    further = task(project, "--set", "optimizer.rate=0.5", "batch_size=7").state
    assert further is not None
    assert further.settings == replace(own, rate=0.5, batch_size=7)
    further = task(project, "--set", "cost=l2", "l1=0.5", "schedule.kind=cosine", "schedule.epochs=9").state
    assert further is not None
    cosine = part("schedule", "cosine", epochs=9)
    assert further.settings == replace(own, rate=0.1, batch_size=20, cost="l2", l1=0.5, schedule=cosine)


def test_another_optimizer_takes_over_on_the_way_and_begins_anew_with_its_memories(project: Path) -> None:
    words = ("--set", "optimizer.kind=adam", "--epochs", 1)
    further = task(project, *words)
    state, before = further.state, open_project(project).state
    assert state is not None
    assert before is not None
    assert (state.settings.optimizer.kind, state.settings.rate) == (
        "adam",
        further.experiment.optimizer["rate"],
    )
    assert (state.step, state.optimizer_since, len(state.slots)) == (before.step, before.step, 0)
    first, *_ = [change for change in further.history.changes if change.setting == "optimizer"]
    assert (first.step, first.value) == (0, "gradient descent")
    ended = finished(run(further.experiment, state=state)).state
    assert (ended.optimizer_since, ended.settings.optimizer.kind) == (before.step, "adam")
    assert ended.step > before.step
    assert task(project, *words, "--anew").state is None


@pytest.mark.parametrize("change", [["--seed", "9"], ["--set", "layers.0.units=3"]])
def test_another_seed_or_structure_starts_anew(project: Path, change: list[str]) -> None:
    anew = task(project, "--epochs", 3, *change)
    assert anew.state is None
    assert len(anew.history.rows) == 0
    assert anew.experiment.stop.epochs == 3


def test_a_restarted_run_keeps_its_number_of_cores(project: Path) -> None:
    opened = open_project(project)
    assert opened.state is not None
    cut = dataclasses.replace(opened.state, cores=2)
    save_project(project, dataclasses.replace(opened, state=cut))
    anew = task(project, "--anew")
    assert (anew.experiment, anew.state, anew.for_cores) == (opened.experiment, None, 2)
    assert len(anew.history.rows) == 0
    assert task(project, "--seed", 9).for_cores == 2


def test_a_project_is_recognised_by_its_content(project: Path, tmp_path: Path) -> None:
    renamed = project.rename(tmp_path / "run.backup")
    assert task(renamed).state is not None


def test_a_missing_picture_is_reported(tmp_path: Path) -> None:
    painting = preset("lecture-painting")
    own = part("dataset", "picture", source="own")
    save_project(tmp_path / "half.cadl", Project(replace(painting, data=own)))
    with pytest.raises(UsageError, match=r"data\.image: no picture has been loaded"):
        task(tmp_path / "half.cadl")


def test_a_lack_of_memory_is_refused_before_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cadl_desktop.cli.experiments.free_memory", lambda: 5_000_000)
    with pytest.raises(UsageError, match=r"needs about 9\.6 MB of memory and the machine has 5\.0 MB free"):
        task("lecture-painting")
    assert task("lecture-tanh").experiment == preset("lecture-tanh")


def test_a_trained_project_goes_on_with_a_layer_frozen(tmp_path: Path) -> None:
    path = tmp_path / "painting.cadl"
    save_project(path, trained(preset("lecture-painting")))
    frozen = task(path, "--set", "layers.0.frozen=true", "output.frozen=true")
    assert frozen.state is not None
    assert frozen.state.settings.frozen == (1, 7)


def test_a_table_is_a_curve_of_its_own_points(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "heights.csv"
    table.write_text("t;h\n0;1,5\n1;2,5\nlate;3\n2;0\n")

    experiment = task(table).experiment

    assert (experiment.name, experiment.note) == ("heights", "")
    assert decode_points(experiment.data["points"]).tolist() == [[0, 1.5], [1, 2.5], [2, 0]]
    assert (experiment.input_scaling, experiment.target_scaling) == ("standardised", "standardised")
    message = capsys.readouterr().err
    assert message == "heights.csv: 3 points of 't' and 'h'; 1 row without two numbers left out.\n"


def test_names_that_are_invalid_text_can_be_saved(tmp_path: Path) -> None:
    picture, weights = (tmp_path / os.fsdecode(name) for name in (b"caf\xe9.png", b"no\xebl.npz"))
    Image.new("RGB", (8, 8)).save(picture)
    lecture = preset("lecture-painting")
    with weights.open("wb") as file:
        np.savez(file, **dict(zip(weight_names(lecture), initial_weights(lecture), strict=True)))
    begun = task(picture, "--preset", "lecture-painting", "--weights", weights)
    save_project(tmp_path / "run.cadl", Project(begun.experiment, None, begun.history))
    opened = open_project(tmp_path / "run.cadl")
    assert opened.experiment.name == "caf�"
    assert opened.history is not None
    assert [change.value for change in opened.history.changes] == ["weights from no�l.npz"]


def test_a_function_is_typed_as_a_setting() -> None:
    data = task("lecture-tanh", "--set", "data.expression=x**2", "data.kind=function").experiment.data

    assert data == part("dataset", "function", expression="x**2")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "'no.txt' is empty"),
        ("a,b\nc,d\n", "no column of numbers"),
        ("\0\1\2", "is no table of text"),
        ("x,y\n1,1,234.5\n2,2,345.5\n", "'no.txt' has 2 rows with more cells than there are headings"),
        ("x,y\n1,1e308\n2,2e307\n", "'no.txt' can't be learned: the numbers in 'y' are larger than 1e30"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "no.txt").write_text(content)

    with pytest.raises(UsageError, match=message):
        task(tmp_path / "no.txt")


def test_a_frame_and_a_background_are_chosen_of_a_picture(tmp_path: Path) -> None:
    frames = [Image.new("RGBA", (9, 9)), Image.new("RGBA", (9, 9), (255, 0, 0, 255))]
    path = tmp_path / "film.png"
    frames[0].save(path, save_all=True, append_images=frames[1:])
    clear = task(path, "--background", "#204060").experiment.data["image"]
    assert decode(clear)[1, 1].tolist() == [0x20, 0x40, 0x60]
    assert decode(task(path, "--frame", 2).experiment.data["image"])[1, 1].tolist() == [255, 0, 0]
    with pytest.raises(UsageError, match="has no frame 3"):
        task(path, "--frame", 3)


@pytest.mark.parametrize("option", [("--frame", 2), ("--background", "#ffffff")])
def test_picture_options_are_refused_without_a_picture(project: Path, option: tuple[object, ...]) -> None:
    for experiment in (project, "lecture-tanh"):
        with pytest.raises(UsageError, match="is about a picture file"):
            task(experiment, *option)


def test_a_background_is_a_colour() -> None:
    with pytest.raises(UsageError, match="not a colour"):
        task("lecture-tanh", "--background", "mauve")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """Picture 96 pixels wide and 48 high."""
    path = tmp_path / "meadow.png"
    Image.linear_gradient("L").resize((96, 48)).convert("RGB").save(path)
    return path


@pytest.fixture
def mask(tmp_path: Path) -> Path:
    """Mask with a light left half."""
    path = tmp_path / "mask.png"
    pixels = np.zeros((48, 96), np.uint8)
    pixels[:, :48] = 255
    Image.fromarray(pixels).save(path)
    return path


def test_a_picture_is_learned_at_its_size_and_that_of_its_network(picture: Path) -> None:
    tenth, half = task(picture).experiment, task(picture, "--parameters", "50%").experiment

    assert (tenth.name, tenth.method, tenth.parameters) == ("meadow", "learned-painting", 0.1)
    assert tenth.data["longest"] == 256
    assert decode(tenth.data["image"]).shape == (48, 96, 3)
    for experiment, share in ((tenth, 0.1), (half, 0.5)):
        numbers = single_picture_numbers(experiment)
        assert numbers is not None
        assert 0.8 * share < parameter_count(experiment) / numbers <= share
        assert "layers" in experiment.follows
    assert task(picture, "--set", "parameters=50%").experiment == half


def test_a_picture_is_copied_at_its_size(picture: Path) -> None:
    exact = picture, "--preset", "own-painting", "--set"
    small, large = (task(*exact, f"data.longest={side}").experiment for side in (64, 96))

    assert small.method == "own-painting"
    assert (small.encoding["finest"], large.encoding["finest"]) == (64, 96)
    assert large.follows == small.follows == preset("own-painting").follows


def test_settings_that_follow_from_a_method_are_adapted(picture: Path) -> None:
    settings = "encoding.finest=64", "data.longest=96"
    set_first = task(picture, "--preset", "own-painting", "--set", *settings).experiment

    assert set_first.encoding["finest"] == 64
    assert set_first.encoding["table"] == 48 * 96
    assert "encoding.finest" not in set_first.follows


def test_limits_count_as_typed_settings(picture: Path) -> None:
    for option, stop in (("--epochs", Stop(epochs=7)), ("--seconds", Stop(epochs=None, seconds=7))):
        experiment = task(picture, option, 7).experiment
        assert experiment.stop == stop
        assert "stop.epochs" not in experiment.follows
        assert experiment.schedule["over"] == "run"


PAINTINGS = [name for name in preset_names() if preset(name).data.kind in ("picture", "pictures")]


@pytest.mark.parametrize("name", PAINTINGS)
def test_a_picture_is_trained_with_any_preset_that_paints(name: str, picture: Path) -> None:
    experiment = task(picture, "--preset", name).experiment

    assert experiment.name == "meadow"
    assert experiment.data["source"] == "own"
    assert experiment.method == preset(name).method
    assert [part.kind for part in experiment.layers] == [part.kind for part in preset(name).layers]


@pytest.mark.parametrize("name", [name for name in preset_names() if name not in PAINTINGS])
def test_a_table_is_trained_with_any_preset_that_fits_a_curve(name: str, tmp_path: Path) -> None:
    table = tmp_path / "heights.csv"
    table.write_text("t,h\n0,1.5\n1,2.5\n2,0\n")
    experiment = task(table, "--preset", name).experiment

    assert (experiment.name, experiment.data.kind) == ("heights", "points")
    assert experiment.layers == preset(name).layers


def test_a_mask_is_a_file(picture: Path, mask: Path) -> None:
    small = ["--set", "data.longest=64"]
    option = task(picture, "--preset", "inpainting", "--mask", mask, *small).experiment
    setting = task("inpainting", "--set", f"data.image={picture}", f"data.mask={mask}").experiment

    assert drawn_pixels(option.data, 32, 64)[:, :32].all()
    assert not drawn_pixels(option.data, 32, 64)[:, 32:].any()
    assert setting.data == option.data
    assert setting.stop == option.stop
    cleared = task("inpainting", "--set", f"data.mask={mask}", "data.mask=none").experiment
    assert cleared == preset("inpainting")


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ((48, 24), ""),
        ((2000, 1000), ""),
        ((25, 12), ""),
        ((90, 60), "light.png: its 90 x 60 pixels are stretched to the 96 x 48 of the picture.\n"),
    ],
)
def test_a_mask_of_another_shape_is_reported(
    size: tuple[int, int], message: str, picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    light = Image.new("L", size)
    light.putpixel((0, 0), 255)
    light.save(tmp_path / "light.png")
    experiment = task(picture, "--mask", tmp_path / "light.png").experiment

    assert experiment.data["mask"]
    assert capsys.readouterr().err == message


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_mask_that_hides_nothing_is_refused(mode: str, picture: Path, tmp_path: Path) -> None:
    Image.new("RGB", (8, 4)).convert(mode).save(tmp_path / "one.png")

    with pytest.raises(UsageError, match=r"'one\.png' hides no pixel; paint light what is to be hidden"):
        task(picture, "--mask", tmp_path / "one.png")


def test_an_opaque_mask_hides_what_is_light_whether_it_has_an_alpha_or_not(
    picture: Path, mask: Path, tmp_path: Path
) -> None:
    with Image.open(mask) as image:
        image.convert("RGBA").save(tmp_path / "opaque.png")
    opaque = task(picture, "--mask", tmp_path / "opaque.png").experiment
    assert opaque.data == task(picture, "--mask", mask).experiment.data


def test_points_are_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("0,1\n1,2\n2,3\n")
    experiment = task(
        "lecture-tanh", "--set", "data.kind=points", f"data.points={tmp_path / 'a.csv'}"
    ).experiment

    assert decode_points(experiment.data["points"]).tolist() == [[0, 1], [1, 2], [2, 3]]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["lecture-tanh", "--preset", "lecture-line"], "--preset is about a picture or a table, and"),
        (["MEADOW", "--preset", "lecture-tanh"], r"'lecture-tanh' is not for 'meadow\.png'; choose one that"),
        (["MEADOW", "--preset", "sharp-paintin"], "no preset; did you mean 'sharp-painting'"),
        (["MEADOW", "--mask", "nothing.png"], r"'nothing\.png'"),
        (["MEADOW", "--set", "data.image=nothing.png"], r"'nothing\.png'"),
        (["lecture-tanh", "--mask", "MEADOW"], "--mask: '10 tanh neurons' doesn't paint one picture"),
    ],
)
def test_wrong_files_and_presets_are_refused(words: list[str], message: str, picture: Path) -> None:
    with pytest.raises(UsageError, match=message):
        task(*(str(picture) if word == "MEADOW" else word for word in words))
