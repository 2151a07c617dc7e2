"""Remedies for a network that learns nothing, and for one that learns only what it sees."""

from msgspec.structs import replace

from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.part import Part
from cadl_desktop.runs.diagnosis.remedies import Remedy, method_of, setting

USUAL_BATCH = 64
FEW_LAYERS = 3
"""Number of hidden layers that learn with almost any settings."""
DEEP = 8
"""Number of hidden layers from which on their number is the likeliest reason why nothing is learned."""
_UNUSUAL = 8
"""Ratio of two batch sizes from which on they are far apart."""
_ENCODING_SIZES = ("table", "features", "degree")
"""Settings of encodings that say how many parameters come with them, the one to be halved first."""


def usual_batch(experiment: Experiment, samples: int | None = None) -> list[Remedy]:
    """Batch size of the method, or else USUAL_BATCH, where the present one is far from that. `samples` is how
    many there are, which larger batches don't exceed."""
    method = method_of(experiment)
    usual = USUAL_BATCH if method is None else method.batch_size
    present = experiment.batch_size if samples is None else min(experiment.batch_size, samples)
    if 1 / _UNUSUAL < present / usual < _UNUSUAL:
        return []
    return [Remedy(f"Batch size {usual}", lambda e: replace(e, batch_size=usual))]


def fewer_layers(experiment: Experiment) -> list[Remedy]:
    """As many of the first hidden layers as the method has, or else a few."""
    method = method_of(experiment)
    few = FEW_LAYERS if method is None else len(method.layers)
    if not 0 < few < len(experiment.layers):
        return []
    label = "Only one hidden layer" if few == 1 else f"Only {few} hidden layers"
    return [Remedy(label, lambda e: replace(e, layers=e.layers[:few]))]


def as_the_method(experiment: Experiment) -> list[Remedy]:
    """Layers of the experiment's method, and its optimizer, batch and penalties, where they differ."""
    method = method_of(experiment)
    if method is None:
        return []
    trained = {
        name: getattr(method, name)
        for name in ("optimizer", "schedule", "batch_size", "cost", "l1", "l2", "smoothness", "bending")
    }
    return [
        Remedy(f"Layers as in {method.name}", lambda e: _with_layers_of(e, method)),
        Remedy(f"Training as in {method.name}", lambda e: replace(e, **trained)),
    ]


def _with_layers_of(experiment: Experiment, method: Experiment) -> Experiment:
    return replace(experiment, encoding=method.encoding, layers=method.layers, output=method.output)


def fewer_parameters(experiment: Experiment) -> list[Remedy]:
    """Half as many neurons in each hidden layer, and half the size of the encoding."""

    def change(edited: Experiment) -> Experiment:
        encoding, sizes = edited.encoding, edited.encoding.as_dict()
        name = next((each for each in _ENCODING_SIZES if each in sizes), None)
        if name is not None:
            encoding = encoding.has(**{name: max(1, int(sizes[name]) // 2)})
        return replace(edited, encoding=encoding, layers=tuple(map(_halved, edited.layers)))

    return [Remedy("Half as many neurons", change)]


def _halved(layer: Part) -> Part:
    units = setting(layer, "units")
    return layer if units is None else layer.has(units=max(1, units // 2))


def patience(experiment: Experiment, epochs: int) -> list[Remedy]:
    """End of the training once the validation hasn't improved for so many measured epochs."""
    stop = replace(experiment.stop, patience=epochs, keep_best=True)
    counted = "epochs" if experiment.measure_every == 1 else "measured epochs"
    return [Remedy(f"Patience of {epochs} {counted}", lambda e: replace(e, stop=stop), "before")]


def stronger_penalty(experiment: Experiment, weight: float) -> list[Remedy]:
    """L2 penalty of this weight, or ten times the present one where that is more."""
    l2 = max(weight, 10 * experiment.l2)
    return [Remedy(f"L2 penalty {l2:g}", lambda e: replace(e, l2=l2), "before")]
