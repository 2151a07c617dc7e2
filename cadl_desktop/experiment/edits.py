"""Edits of an experiment that change more than one field. Each function returns a new experiment."""

from functools import cache

from msgspec.structs import replace

from cadl_desktop.experiment.catalog import Category, entries, entry, part
from cadl_desktop.experiment.methods.following import follow_all, followed
from cadl_desktop.experiment.methods.rules import EXACT_COPY, METHODS_FOR_OPENED
from cadl_desktop.experiment.model import Experiment, has_many_pictures, unfrozen
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.presets import DEFAULT_CURVE, DEFAULT_PAINTING, preset, preset_names
from cadl_desktop.experiment.registry import activation_of
from cadl_desktop.experiment.shapes import is_painting


def with_dataset(experiment: Experiment, data: Part) -> Experiment:
    """Returns the experiment with another dataset, still trainable.

    Between datasets of the same shape only `data` changes. Own points may lie anywhere, so that inputs and
    targets that weren't scaled are standardised for them. Between a curve and a picture, a network that came
    with a preset, or that is linear, is replaced by the default network for the new kind of data. A network
    that the person designed is kept, with the scaling, cost and optimizer that the new kind needs.
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
    if shipped or not is_nonlinear(experiment):
        return _default_for(experiment, default, data)
    return replace(
        experiment,
        data=data,
        input_scaling="standardised",
        target_scaling=default.target_scaling,
        output=output,
        cost=default.cost,
        optimizer=experiment.optimizer if experiment.optimizer.kind == "adam" else part("optimizer", "adam"),
    )


def with_opened_data(experiment: Experiment, data: Part, title: str = "") -> Experiment:
    """Returns the experiment with a picture or points that a person has opened; a `title` of these becomes
    its name, unless a person has named it.

    A network that the person hasn't designed is replaced by the method for own pictures or own points. An
    experiment that copies a picture exactly keeps its method, and so does one whose data were already the
    person's own.
    """
    opened = _with_opened_data(experiment, data)
    is_named = (opened.name, opened.note) not in _shipped_names() and not _has_title(opened)
    if is_named or not title:
        return opened
    return replace(opened, name=title, note=_note_of(data.kind, title))


def _with_opened_data(experiment: Experiment, data: Part) -> Experiment:
    makes = entry("dataset", data.kind).makes
    changed = with_dataset(experiment, data)
    is_kept = changed.method == EXACT_COPY or _is_opened(experiment.data, data.kind)
    if makes not in METHODS_FOR_OPENED or is_kept:
        return changed
    if makes == entry("dataset", experiment.data.kind).makes:
        designed = not _matching_preset(experiment)
    else:
        designed = changed.layers == experiment.layers
    return (
        changed if designed else follow_all(_default_for(experiment, preset(METHODS_FOR_OPENED[makes]), data))
    )


def without_title(experiment: Experiment) -> Experiment:
    """Returns the experiment by the name of its preset where it is named by the title of its data."""
    if not _has_title(experiment):
        return experiment
    default = DEFAULT_PAINTING if is_painting(experiment) else DEFAULT_CURVE
    shipped = preset(preset_of(experiment) or default)
    return replace(experiment, name=shipped.name, note=shipped.note)


def with_preset(experiment: Experiment, name: str) -> Experiment:
    """Returns the preset of this name with this experiment's data, which have to be of the same shape as the
    preset's. Raises KeyError where there is no such preset."""
    return follow_all(_default_for(experiment, with_dataset(preset(name), experiment.data), experiment.data))


FILLING_IN = "inpainting"
"""Name of the preset, and of its method, that fills in holes."""


def filled_in(experiment: Experiment, example: float) -> Experiment:
    """Returns the experiment by the method that fills in holes, with this weight of guesses from the picture
    itself. At 1 they leave coherence nothing to decide, and most of a step's time is saved."""
    filled = experiment if experiment.method == FILLING_IN else with_preset(experiment, FILLING_IN)
    coherence = filled.coherence or preset(FILLING_IN).coherence
    return replace(filled, example=example, coherence=0.0 if example == 1 else coherence)


def presets_for(data: Part) -> list[str]:
    """Returns the names of the presets that can be trained on data of this shape."""
    known = entries("dataset").get(data.kind)
    makes = known.makes if known else None
    return [name for name in preset_names() if entry("dataset", preset(name).data.kind).makes == makes]


def preset_of(experiment: Experiment) -> str:
    """Returns the name of the preset from which an experiment comes, even if settings of it were changed;
    empty where it can't be recognised."""
    return experiment.method if experiment.method in preset_names() else _matching_preset(experiment)


def title_of(experiment: Experiment) -> str:
    """Returns what the experiment is called in the names of its files: by its own name where that is no
    preset's, else by its shipped picture, its formula, or the preset."""
    if experiment.name not in {name for name, _ in _shipped_names()}:
        return experiment.name
    settings = experiment.data.as_dict()
    source = str(settings.get("source", "own"))
    return str(settings.get("expression", experiment.name)) if source == "own" else source


def _is_opened(data: Part, kind: str) -> bool:
    return data.kind == kind and (kind == "points" or data.as_dict().get("source") == "own")


def _matching_preset(experiment: Experiment) -> str:
    """Returns the preset that equals the experiment in everything except data, names, seed, validation and
    stop rules; empty where none does."""
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
    """Scales positions apart from picture numbers, whose range is too different for one deviation."""
    return "standardised per column" if has_many_pictures(data) and scaling == "standardised" else scaling


def is_nonlinear(experiment: Experiment) -> bool:
    """Tells whether the network can be anything but a straight line or plane."""
    return any(
        chosen is not None and chosen.declared.bends for chosen in map(activation_of, experiment.layers)
    )


def suggested_layer(experiment: Experiment, index: int) -> Part:
    """Returns the likeliest new layer at this index: a copy of its neighbour, or the default layer."""
    neighbours = (experiment.layers[max(index - 1, 0) : index], experiment.layers[index : index + 1])
    for neighbour in (*neighbours[0], *neighbours[1]):
        if neighbour.kind == "dense":
            return unfrozen(neighbour)
    return preset(DEFAULT_PAINTING if is_painting(experiment) else DEFAULT_CURVE).layers[0]


def with_layer_added(experiment: Experiment, index: int, layer: Part) -> Experiment:
    """Returns the experiment with another layer, which ends up at `index` (0 to the number of layers)."""
    layers = experiment.layers
    return replace(experiment, layers=(*layers[:index], layer, *layers[index:]))


def with_layer_duplicated(experiment: Experiment, index: int) -> Experiment:
    """Returns the experiment with a copy of this layer after it. The copy is never frozen."""
    return with_layer_added(experiment, index + 1, unfrozen(experiment.layers[index]))


def with_layer_removed(experiment: Experiment, index: int) -> Experiment:
    layers = experiment.layers
    return replace(experiment, layers=(*layers[:index], *layers[index + 1 :]))


def with_layer_moved(experiment: Experiment, index: int, to: int) -> Experiment:
    """Returns the experiment with the layer at `index` moved to `to`; the others keep their order."""
    return with_layer_added(with_layer_removed(experiment, index), to, experiment.layers[index])


def with_layer_changed(experiment: Experiment, index: int, layer: Part) -> Experiment:
    layers = experiment.layers
    return replace(experiment, layers=(*layers[:index], layer, *layers[index + 1 :]))


def part_of_kind(category: Category, before: Part, kind: str) -> Part:
    """Returns a part of another kind that keeps the settings a person has changed.

    Settings that have the old kind's default take the new kind's: a learning rate that suits Adam doesn't
    suit gradient descent.
    """
    wanted = {parameter.name for parameter in entry(category, kind).parameters}
    known = entries(category).get(before.kind)
    defaults = known.part().as_dict() if known else {}
    chosen = {k: v for k, v in before.as_dict().items() if k in wanted and v != defaults.get(k)}
    return part(category, kind, **chosen)


def _default_for(experiment: Experiment, default: Experiment, data: Part) -> Experiment:
    """Returns the default experiment with this data and with the person's seed, validation share and
    names; the title of data stays with them."""
    named = (experiment.name, experiment.note) not in _shipped_names()
    named = named and (data == experiment.data or not _has_title(experiment))
    return replace(
        default,
        data=data,
        seed=experiment.seed,
        validation=experiment.validation,
        name=experiment.name if named else default.name,
        note=experiment.note if named else default.note,
    )


def _note_of(kind: str, title: str) -> str:
    """Note of an experiment that is named by the title of its data."""
    return f"Points of {title}." if kind == "points" else f"Picture of your own: {title}."


def _has_title(experiment: Experiment) -> bool:
    """Tells whether the title of its data is its name, and nobody has changed that."""
    return experiment.note in {_note_of(kind, experiment.name) for kind in ("points", "picture")}


@cache
def _shipped_networks() -> frozenset[tuple[Part, ...]]:
    return frozenset(preset(name).layers for name in preset_names())


_FORMER_NAMES = {
    ("Any picture", "What your own pictures are painted with; the method follows the picture."),
    ("Exact copy", "Knows every pixel by heart: the network is about as large as the picture."),
}
"""Names and notes that presets had in earlier versions of the program."""


@cache
def _shipped_names() -> frozenset[tuple[str, str]]:
    shipped = (preset(name) for name in preset_names())
    return frozenset((experiment.name, experiment.note) for experiment in shipped) | _FORMER_NAMES
