"""Own measures of a script: functions of the network, called at each measured epoch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from cadl_desktop.data.samples import samples_of
from cadl_desktop.engine.evaluation.render import predict
from cadl_desktop.engine.training.stepper import Point
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.runs.events import Floats, Prediction
from cadl_desktop.runs.history import MeasureError
from cadl_desktop.runs.network_weights import weights_of


@dataclass(frozen=True, eq=False)
class EpochNetwork:
    """The network at the end of an epoch, as own measures get it. `weights` are W1, b1, W2, b2, ... as in
    `RunState`."""

    experiment: Experiment
    weights: tuple[Floats, ...]
    epoch: int
    step: int

    @cached_property
    def prediction(self) -> Prediction:
        """The painting, (height, width, 3), about 0 to 255 and not clipped, or a curve's y at its samples,
        (samples,). Computed when it is first asked for."""
        samples = samples_of(self.experiment.data)
        values = predict(self.experiment, self.weights, samples.inputs[:])
        return values[:, 0] if samples.picture_shape is None else samples.as_picture(values)


Measure = Callable[[EpochNetwork], float]


def own_measures(measures: Mapping[str, Measure], experiment: Experiment, point: Point) -> dict[str, float]:
    """Values of own measures at a point. Raises MeasureError, and what the functions raise."""
    if not measures:
        return {}
    weights = weights_of(experiment, point.parameters.numpy())
    network = EpochNetwork(experiment, tuple(weights), point.epoch, point.step)
    return {name: _number(name, measure(network)) for name, measure in measures.items()}


def _number(name: str, value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise MeasureError(
            "The measure '{name}' returned {kind}; let it return one number.",
            name=name,
            kind=type(value).__name__,
        ) from error
