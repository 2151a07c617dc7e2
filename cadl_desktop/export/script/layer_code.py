"""Layers, initialisers and activations in a script. The catalog finds them by name (`catalog/shipped.py`).

Layers: (layer, names of its weights, their shapes, index of its column) -> snippet whose code changes `h`.
Initialisers: (inputs, outputs, layer) -> code of a dense layer's matrix, and of what is added to the biases
beyond the layer's own settings, '' for nothing. Activations: (code of a sum, settings) -> code.
"""

from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.registry import Settings
from cadl_desktop.experiment.shapes import Shape
from cadl_desktop.export.entry_writers import script_writer
from cadl_desktop.export.script.cell import Snippet, code, literal


def dense(layer: Part, names: list[str], shapes: list[Shape], place: int) -> Snippet:
    kind = layer["activation"]
    activation, settings = script_writer("activation", kind), entry("activation", kind).settings_of(layer)
    summed = f"tf.matmul(h, {names[0]})" + (f" + {names[1]}" if len(names) > 1 else "")
    activated = activation(summed, settings)
    if activated.count(summed) >= 2:
        activated = f"{summed}\nh = {activation('h', settings)}"
    return Snippet(code=f"h = {activated}", starts=_dense_starts(layer, *shapes[0]))


def _dense_starts(layer: Part, inputs: int, outputs: int) -> tuple[str, ...]:
    weights, added = script_writer("initialiser", layer["initialiser"])(inputs, outputs, layer)
    if not layer["bias"]:
        return (weights,)
    start, spread = literal(float(layer["bias_start"])), literal(float(layer["bias_spread"]))
    noise = f"{start} + {spread} * random.standard_normal({outputs})"
    if added:
        return weights, f"{noise} + {added}"
    return weights, noise if layer["bias_spread"] else f"np.full({outputs}, {start})"


def sum_neurons(layer: Part, names: list[str], shapes: list[Shape], place: int) -> Snippet:
    return Snippet(code="h = tf.reduce_sum(h, 1, keepdims=True)")


def skip(layer: Part, names: list[str], shapes: list[Shape], place: int) -> Snippet:
    return Snippet(code="h = tf.concat([h, encoded], 1)")


def dropout(layer: Part, names: list[str], shapes: list[Shape], place: int) -> Snippet:
    share = literal(float(layer["share"]))
    if layer["share"] == 0:
        return Snippet()
    made = f"""
        if step is not None:
            chance = tf.stack([tf.constant(SEED % 2**30 + {place}), step])
            kept = tf.cast(tf.random.stateless_uniform(tf.shape(h), chance) >= {share}, tf.float32)
            h = h * kept / (1.0 - {share})
        """
    return Snippet(code=code(made))


def layer_normalisation(layer: Part, names: list[str], shapes: list[Shape], place: int) -> Snippet:
    made = f"""
        centred = h - tf.reduce_mean(h, 1, keepdims=True)
        variance = tf.reduce_mean(tf.square(centred), 1, keepdims=True)
        h = {names[0]} * centred * tf.math.rsqrt(variance + 1e-5) + {names[1]}
        """
    return Snippet(code=code(made), starts=(f"np.ones({shapes[0]})", f"np.zeros({shapes[1]})"))


Code = tuple[str, str]


def normal(inputs: int, outputs: int, layer: Part) -> Code:
    return f"random.normal(0.0, {literal(float(layer['spread']))}, {(inputs, outputs)})", ""


def xavier(inputs: int, outputs: int, layer: Part) -> Code:
    return _uniform(f"np.sqrt(6.0 / ({inputs} + {outputs}))", (inputs, outputs)), ""


def he(inputs: int, outputs: int, layer: Part) -> Code:
    return f"random.normal(0.0, np.sqrt(2.0 / {inputs}), {(inputs, outputs)})", ""


def siren(inputs: int, outputs: int, layer: Part) -> Code:
    return _uniform(f"np.sqrt(6.0 / {inputs}) / {literal(float(layer['w0']))}", (inputs, outputs)), ""


def zeros(inputs: int, outputs: int, layer: Part) -> Code:
    return f"np.zeros({(inputs, outputs)})", ""


def finer_first(inputs: int, outputs: int, layer: Part) -> Code:
    biases = _uniform(literal(float(layer["bias_range"])), outputs)
    return _uniform(f"1.0 / {inputs}", (inputs, outputs)), biases


def _uniform(limit: str, shape: tuple[int, int] | int) -> str:
    return f"random.uniform(-{limit}, {limit}, {shape})"


def linear(z: str, settings: Settings) -> str:
    return z


def tanh(z: str, settings: Settings) -> str:
    return f"tf.tanh({z})"


def sigmoid(z: str, settings: Settings) -> str:
    return f"tf.sigmoid({z})"


def relu(z: str, settings: Settings) -> str:
    return f"tf.nn.relu({z})"


def sine(z: str, settings: Settings) -> str:
    return f"tf.sin({z})" if settings["w0"] == 1.0 else f"tf.sin({literal(settings['w0'])} * ({z}))"


def gelu(z: str, settings: Settings) -> str:
    return f"tf.nn.gelu({z})"


def elu(z: str, settings: Settings) -> str:
    return f"tf.where({z} > 0, {z}, {literal(settings['alpha'])} * tf.nn.elu({z}))"


def leaky_relu(z: str, settings: Settings) -> str:
    return f"tf.nn.leaky_relu({z}, {literal(settings['slope'])})"


def swish(z: str, settings: Settings) -> str:
    return f"{z} * tf.sigmoid({literal(settings['beta'])} * {z})"


def finer(z: str, settings: Settings) -> str:
    factor = f"(tf.abs({z}) + 1.0)"
    if settings["held"]:
        factor = f"tf.stop_gradient{factor}"
    return f"tf.sin({literal(settings['w0'])} * {factor} * {z})"
