"""First weights in a script: each gives the code of a dense layer's matrix and, where its biases are not only
what the layer's own settings say, of what is added to them."""

from cadl_desktop.experiment.part import Part
from cadl_desktop.export.script.cell import written

Code = tuple[str, str]


def normal(inputs: int, outputs: int, layer: Part) -> Code:
    return f"random.normal(0.0, {written(float(layer['spread']))}, {(inputs, outputs)})", ""


def xavier(inputs: int, outputs: int, layer: Part) -> Code:
    return _uniform(f"np.sqrt(6.0 / ({inputs} + {outputs}))", (inputs, outputs)), ""


def he(inputs: int, outputs: int, layer: Part) -> Code:
    return f"random.normal(0.0, np.sqrt(2.0 / {inputs}), {(inputs, outputs)})", ""


def siren(inputs: int, outputs: int, layer: Part) -> Code:
    return _uniform(f"np.sqrt(6.0 / {inputs}) / {written(float(layer['w0']))}", (inputs, outputs)), ""


def zeros(inputs: int, outputs: int, layer: Part) -> Code:
    return f"np.zeros({(inputs, outputs)})", ""


def finer_first(inputs: int, outputs: int, layer: Part) -> Code:
    biases = _uniform(written(float(layer["bias_range"])), outputs)
    return _uniform(f"1.0 / {inputs}", (inputs, outputs)), biases


def _uniform(limit: str, shape: tuple[int, int] | int) -> str:
    return f"random.uniform(-{limit}, {limit}, {shape})"
