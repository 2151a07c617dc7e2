"""Layers in a script: (layer, names of its weights, their shapes, place) -> words, whose code changes `h`."""

from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.part import Part
from cadl_desktop.experiment.shapes import Shape
from cadl_desktop.export.script.cell import Words, code, written
from cadl_desktop.export.words import script_words


def dense(layer: Part, names: list[str], shapes: list[Shape], place: int) -> Words:
    kind = layer["activation"]
    bend, settings = script_words("activation", kind), entry("activation", kind).settings_of(layer)
    summed = f"tf.matmul(h, {names[0]})" + (f" + {names[1]}" if len(names) > 1 else "")
    bent = bend(summed, settings)
    if bent.count(summed) >= 2:
        bent = f"{summed}\nh = {bend('h', settings)}"
    return Words(code=f"h = {bent}", starts=_dense_starts(layer, *shapes[0]))


def _dense_starts(layer: Part, inputs: int, outputs: int) -> tuple[str, ...]:
    weights, added = script_words("initialiser", layer["initialiser"])(inputs, outputs, layer)
    if not layer["bias"]:
        return (weights,)
    start, spread = written(float(layer["bias_start"])), written(float(layer["bias_spread"]))
    noise = f"{start} + {spread} * random.standard_normal({outputs})"
    if added:
        return weights, f"{noise} + {added}"
    return weights, noise if layer["bias_spread"] else f"np.full({outputs}, {start})"


def sum_neurons(layer: Part, names: list[str], shapes: list[Shape], place: int) -> Words:
    return Words(code="h = tf.reduce_sum(h, 1, keepdims=True)")


def skip(layer: Part, names: list[str], shapes: list[Shape], place: int) -> Words:
    return Words(code="h = tf.concat([h, encoded], 1)")


def dropout(layer: Part, names: list[str], shapes: list[Shape], place: int) -> Words:
    share = written(float(layer["share"]))
    if layer["share"] == 0:
        return Words()
    made = f"""
        if step is not None:
            chance = tf.stack([tf.constant(SEED % 2**30 + {place}), step])
            kept = tf.cast(tf.random.stateless_uniform(tf.shape(h), chance) >= {share}, tf.float32)
            h = h * kept / (1.0 - {share})
        """
    return Words(code=code(made))


def layer_normalisation(layer: Part, names: list[str], shapes: list[Shape], place: int) -> Words:
    made = f"""
        centred = h - tf.reduce_mean(h, 1, keepdims=True)
        variance = tf.reduce_mean(tf.square(centred), 1, keepdims=True)
        h = {names[0]} * centred * tf.math.rsqrt(variance + 1e-5) + {names[1]}
        """
    return Words(code=code(made), starts=(f"np.ones({shapes[0]})", f"np.zeros({shapes[1]})"))
