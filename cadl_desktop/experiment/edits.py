"""Edits of an experiment that need more than one replaced field; each gives a new experiment."""

from functools import cache

from msgspec.structs import replace

from cadl_desktop.experiment.catalog import Category, entries, entry, part
from cadl_desktop.experiment.entries.chosen import activation_of
from cadl_desktop.experiment.identity import is_many
from cadl_desktop.experiment.methods.following import all_returned, followed
from cadl_desktop.experiment.methods.table import OWN
from cadl_desktop.experiment.model import Experiment, thawed
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.presets import DEFAULT_CURVE, DEFAULT_PAINTING, preset, preset_names
from cadl_desktop.experiment.shapes import is_painting


def with_dataset(experiment: Experiment, data: Part) -> Experiment:
    """The experiment with another dataset, still trainable.

    Between datasets of the same shape only `data` changes, but own points may lie anywhere: they are scaled
    where nothing was yet. Between a curve and a picture, a network that
    came with a preset makes room for the default one of the new kind, and so does one that couldn't bend;
    a network of the person's own is kept, with the scaling, cost and optimizer that the new kind needs.
    """
    changed = followed(experiment, _with_dataset(experiment, data))
    if data.kind != "points" or experiment.data.kind == "points":
        return changed
    return replace(
        changed,
        input_scaling=_standardised(changed.input_scaling),
        target_scaling=_standardised(changed.target_scaling),
    )


def _with_dataset(experiment: Experiment, data: Part) -> Experiment:
    now, before = entry("dataset", data.kind), entry("dataset", experiment.data.kind)
    changed = replace(experiment, data=data)
    if now.columns == before.columns and now.makes == before.makes:
        return changed
    output = experiment.output if experiment.output.kind == "dense" else part("output", "dense")
    if is_painting(changed) == is_painting(experiment):
        return replace(
            changed,
            input_scaling=_fitting_scaling(experiment.input_scaling, data),
            output=experiment.output if now.columns[1] == before.columns[1] else output,
        )
    default = preset(DEFAULT_PAINTING if is_painting(changed) else DEFAULT_CURVE)
    shipped = experiment.layers in _shipped_networks() or "layers" in experiment.follows
    if shipped or not can_bend(experiment):
        return _as_default(experiment, default, data)
    return replace(
        experiment,
        data=data,
        input_scaling="standardised",
        target_scaling=default.target_scaling,
        output=output,
        cost=default.cost,
        optimizer=experiment.optimizer if experiment.optimizer.kind == "adam" else part("optimizer", "adam"),
    )


def with_own(experiment: Experiment, data: Part) -> Experiment:
    """The experiment with a picture or points that somebody has opened.

    A network that nobody has designed makes room for the method of an own picture, or of own points. One that
    follows a method already goes on with it, and so does whatever an own picture of before is painted with.
    """
    makes = entry("dataset", data.kind).makes
    changed = with_dataset(experiment, data)
    if makes not in OWN or changed.method or _is_own(experiment.data, data.kind):
        return changed
    if makes == entry("dataset", experiment.data.kind).makes:
        designed = not _shipped_as(experiment)
    else:
        designed = changed.layers == experiment.layers
    return changed if designed else all_returned(_as_default(experiment, preset(OWN[makes]), data))


def with_preset(experiment: Experiment, name: str) -> Experiment:
    """What a shipped experiment does, done to the data of this one, which are of the same shape.

    Raises KeyError where there is none of this name.
    """
    return all_returned(_as_default(experiment, with_dataset(preset(name), experiment.data), experiment.data))


def presets_for(data: Part) -> list[str]:
    """The presets that data of this shape can be trained with."""
    known = entries("dataset").get(data.kind)
    makes = known.makes if known else None
    return [name for name in preset_names() if entry("dataset", preset(name).data.kind).makes == makes]


def preset_of(experiment: Experiment) -> str:
    """The name of the preset that an experiment is trained like, some of it perhaps typed; empty where nobody
    would know it again."""
    return experiment.method if experiment.method in preset_names() else _shipped_as(experiment)


def _is_own(data: Part, kind: str) -> bool:
    return data.kind == kind and (kind == "points" or data.as_dict().get("source") == "own")


def _shipped_as(experiment: Experiment) -> str:
    """The preset that an experiment is, but for what it is about, how long it lasts and by which numbers."""
    for name in presets_for(experiment.data):
        shipped = preset(name)
        if shipped.layers != experiment.layers:
            continue
        shipped = with_dataset(shipped, experiment.data)
        same = replace(
            shipped,
            name=experiment.name,
            note=experiment.note,
            seed=experiment.seed,
            validation=experiment.validation,
            stop=experiment.stop,
        )
        if same == experiment:
            return name
    return ""


def _standardised(scaling: str) -> str:
    return "standardised" if scaling == "none" else scaling


def _fitting_scaling(scaling: str, data: Part) -> str:
    """Positions and a picture's number lie too far apart for one mean and one deviation."""
    return "standardised per column" if is_many(data) and scaling == "standardised" else scaling


def can_bend(experiment: Experiment) -> bool:
    """Whether the network can be anything but a straight line or plane."""
    return any(chosen is not None and chosen.says.bends for chosen in map(activation_of, experiment.layers))


def suggested_layer(experiment: Experiment, index: int) -> Part:
    """What a new layer at this place most likely should be: like its neighbour, or the default one."""
    neighbours = (experiment.layers[max(index - 1, 0) : index], experiment.layers[index : index + 1])
    for neighbour in (*neighbours[0], *neighbours[1]):
        if neighbour.kind == "dense":
            return thawed(neighbour)
    return preset(DEFAULT_PAINTING if is_painting(experiment) else DEFAULT_CURVE).layers[0]


def with_layer_added(experiment: Experiment, index: int, layer: Part) -> Experiment:
    """With a layer more, which stands at `index` (0 to the number of layers) afterwards."""
    layers = experiment.layers
    return replace(experiment, layers=(*layers[:index], layer, *layers[index:]))


def with_layer_duplicated(experiment: Experiment, index: int) -> Experiment:
    """With a second layer like this one right after it, which learns even where the first is frozen."""
    return with_layer_added(experiment, index + 1, thawed(experiment.layers[index]))


def with_layer_removed(experiment: Experiment, index: int) -> Experiment:
    layers = experiment.layers
    return replace(experiment, layers=(*layers[:index], *layers[index + 1 :]))


def with_layer_moved(experiment: Experiment, index: int, to: int) -> Experiment:
    """With the layer of `index` standing at `to`; the others keep their order."""
    return with_layer_added(with_layer_removed(experiment, index), to, experiment.layers[index])


def with_layer_changed(experiment: Experiment, index: int, layer: Part) -> Experiment:
    layers = experiment.layers
    return replace(experiment, layers=(*layers[:index], layer, *layers[index + 1 :]))


def part_of_kind(category: Category, before: Part, kind: str) -> Part:
    """A part of another kind that keeps what a person has set.

    Settings that still stand at the old kind's default take the new kind's: a learning rate that is
    right for Adam is not for gradient descent.
    """
    wanted = {parameter.name for parameter in entry(category, kind).parameters}
    known = entries(category).get(before.kind)
    defaults = known.part().as_dict() if known else {}
    chosen = {k: v for k, v in before.as_dict().items() if k in wanted and v != defaults.get(k)}
    return part(category, kind, **chosen)


def _as_default(experiment: Experiment, default: Experiment, data: Part) -> Experiment:
    """The default experiment for this data, with what a person may have set beside the network."""
    named = (experiment.name, experiment.note) not in _shipped_names()
    return replace(
        default,
        data=data,
        seed=experiment.seed,
        validation=experiment.validation,
        name=experiment.name if named else default.name,
        note=experiment.note if named else default.note,
    )


@cache
def _shipped_networks() -> frozenset[tuple[Part, ...]]:
    return frozenset(preset(name).layers for name in preset_names())


@cache
def _shipped_names() -> frozenset[tuple[str, str]]:
    shipped = (preset(name) for name in preset_names())
    return frozenset((experiment.name, experiment.note) for experiment in shipped)
