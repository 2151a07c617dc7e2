"""Settings are changed by path, and errors suggest what was probably meant."""

import numpy as np
import pytest

from cadl_desktop.experiment import check, preset
from cadl_desktop.experiment.catalog import part
from cadl_desktop.experiment.paths import SHARES, PathError, set_path, setting_at, setting_paths, with_number

PAINTING = preset("lecture-painting")


def test_numbers_names_and_options() -> None:
    assert set_path(PAINTING, "batch_size", "10").batch_size == 10
    assert set_path(PAINTING, "cost", "L2").cost == "l2"
    assert set_path(PAINTING, "name", "none").name == "none"
    assert set_path(PAINTING, "note", "").note == ""
    assert set_path(PAINTING, "stop.epochs", "none").stop.epochs is None
    assert set_path(PAINTING, "stop.change_below", "1e-6").stop.change_below == 1e-6
    assert set_path(PAINTING, "stop.patience", "5").stop.patience == 5
    assert set_path(PAINTING, "stop.keep_best", "true").stop.keep_best
    assert set_path(PAINTING, "optimizer.rate", "0.01").optimizer["rate"] == 0.01
    assert set_path(PAINTING, "l1", "1e-4").l1 == 1e-4
    cosine = set_path(PAINTING, "schedule.kind", "cosine")
    assert set_path(cosine, "schedule.floor", "0.5").schedule == part("schedule", "cosine", floor=0.5)
    assert set_path(PAINTING, "layers.5.units", "32").layers[5]["units"] == 32
    assert set_path(PAINTING, "layers.0.bias", "false").layers[0]["bias"] is False
    typed = set_path(set_path(PAINTING, "data.kind", "function"), "data.expression", "sin(x)+x/3 = y")
    assert typed.data["expression"] == "sin(x)+x/3 = y"


def test_every_setting_is_read_and_every_number_set_by_its_path() -> None:
    for path in setting_paths(PAINTING):
        value = setting_at(PAINTING, path)
        if isinstance(value, int | float) and not isinstance(value, bool):
            changed = with_number(PAINTING, path, value + 2)
            assert setting_at(changed, path) == value + 2
            assert with_number(changed, path, value) == PAINTING
    assert setting_at(PAINTING, "layers.1.kind") == setting_at(PAINTING, "output.kind") == "dense"
    assert setting_at(with_number(PAINTING, "stop.seconds", 2.5), "stop.seconds") == 2.5


def test_points_are_not_written_as_text() -> None:
    with pytest.raises(
        PathError, match=r"data\.points: points can't be written as text; give the table file"
    ):
        set_path(set_path(PAINTING, "data.kind", "points"), "data.points", "1,2")


def test_a_kind_brings_its_defaults() -> None:
    changed = set_path(PAINTING, "optimizer.kind", "rmsprop")
    assert changed.optimizer == part("optimizer", "rmsprop")
    assert set_path(PAINTING, "optimizer.kind", "adam") == PAINTING


def test_every_path_that_is_listed_is_known() -> None:
    def error_of(path: str) -> str:
        try:
            set_path(PAINTING, path, "1")
        except PathError as error:
            return str(error)
        return ""

    assert not [path for path in setting_paths(PAINTING) if "no setting of this name" in error_of(path)]


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("validation", "20%", 0.2),
        ("validation", "20 %", 0.2),
        ("validation", "0.2", 0.2),
        ("validation", "20", 0.2),
        ("data.keep", "50%", 50.0),
        ("data.keep", "50", 50.0),
        ("data.keep", "0.5", 50.0),
        ("data.keep", "0.5 %", 0.5),
    ],
)
def test_every_spelling_of_a_share_is_parsed(path: str, text: str, value: float) -> None:
    changed = set_path(PAINTING, path, text)
    assert (changed.validation if path == "validation" else changed.data["keep"]) == value


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("optimiser.rate", "1", "did you mean 'optimizer.rate'"),
        ("rate", "1", "did you mean 'optimizer.rate'"),
        ("optimizer", "adam", r"did you mean optimizer\.kind=adam"),
        ("layers.0.unit", "1", r"did you mean 'layers\.0\.units'"),
        ("layers.6.units", "1", "there are 6 layers, counted from 0"),
        ("layers.²", "1", "no setting of this name"),
        ("", "1", r"of this name; 'cadl-desktop list' names all\.$"),
        ("foo", "1", r"of this name; 'cadl-desktop list' names all\.$"),
        ("neurons", "1", r"the nearest is 'stop.seconds', and 'cadl-desktop list' names all\.$"),
        ("batch", "1", "did you mean 'batch_size'"),
        ("name", "", "is empty; give the experiment a name"),
        ("name", "  ", "is empty; give the experiment a name"),
        ("cost", "l3", "'l3' is not known; choose one of l1"),
        ("layers.0.activation", "relo", "did you mean 'relu'"),
        ("data.source", "sunset", "choose one of astronaut"),
        ("optimizer.rate", "1,5", "'1,5' is not a number"),
        ("validation", "much %", "'much ' is not a number"),
        ("optimizer.rate", "1 %", "'1 %' is not a number"),
        ("layers.0.units", "many", "'many' is not a whole number"),
        ("layers.0.bias", "maybe", "is not true or false"),
        ("batch_size", "9" * 500, "is too large"),
        ("data.image", "a.png", "give the picture file itself"),
    ],
)
def test_path_errors_name_path_and_remedy(path: str, text: str, message: str) -> None:
    with pytest.raises(PathError, match=message) as raised:
        set_path(PAINTING, path, text)
    assert str(raised.value).startswith(f"{path}: ")
    assert len(str(raised.value)) < 500


def test_a_single_layer_is_named_as_one() -> None:
    with pytest.raises(PathError, match="there is one layer, number 0"):
        set_path(preset("lecture-tanh"), "layers.1.units", "1")


@pytest.mark.parametrize("text", ["nan", "inf", "-1", "1e9"])
def test_limits_are_left_to_check(text: str) -> None:
    problems = check(set_path(PAINTING, "optimizer.rate", text))
    assert [problem.field for problem in problems] == ["optimizer.rate"]


def test_scripts_set_what_the_command_line_sets() -> None:
    assert PAINTING.set("optimizer.rate", 0.01) == set_path(PAINTING, "optimizer.rate", "0.01")
    assert PAINTING.set("optimizer.rate", np.float32(0.5)).optimizer["rate"] == 0.5
    assert PAINTING.set("layers.0.units", np.int64(7)).layers[0]["units"] == 7
    assert PAINTING.set("layers.0.bias", False).layers[0]["bias"] is False
    assert PAINTING.set("stop.epochs", None).stop.epochs is None
    assert PAINTING.set("cost", "l2").set("validation", 0.2).validation == 0.2
    learned = preset("learned-painting")
    assert learned.set("parameters", 0.2).layers != learned.layers, "what follows it is brought up to date"
    own = learned.set("layers.0.units", 9)
    assert own.layers[0]["units"] == 9


def test_all_layers_are_set_at_once() -> None:
    assert [layer["units"] for layer in PAINTING.set("layers", "7, 9").layers] == [7, 9]
    assert PAINTING.set("layers", "7,9").layers[0] == PAINTING.layers[0].has(units=7)
    assert {layer["units"] for layer in PAINTING.set("layers.all.units", 5).layers} == {5}
    with pytest.raises(PathError, match="are no numbers of neurons; write them as 64,64"):
        PAINTING.set("layers", "many")


def test_every_number_that_is_read_can_be_set() -> None:
    for path in setting_paths(PAINTING):
        value = setting_at(PAINTING, path)
        is_idle = path == "parameters" or isinstance(value, bytes)
        if not is_idle and path not in SHARES:
            assert PAINTING.set(path, value) == PAINTING, path


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("optimiser.rate", 0.1, "there is no setting of this name; did you mean"),
        ("layers.0.units", "many", "is not a whole number"),
        ("cost", "l3", "is not known; choose one of"),
        ("parameters", 0.1, "has a size of its own"),
        ("optimizer.rate", [0.1], "takes a number, a text, True, False or None"),
    ],
)
def test_scripts_get_the_errors_of_the_command_line(path: str, value: object, says: str) -> None:
    with pytest.raises(PathError, match=says):
        PAINTING.set(path, value)
