"""Layers in a script: (layer, the names of its weights, its place) -> lines that change `h`."""

from cadl_desktop.experiment.catalog import entry
from cadl_desktop.experiment.part import Part
from cadl_desktop.export.script.cell import written
from cadl_desktop.export.words import script_words


def dense(layer: Part, names: list[str], place: int) -> list[str]:
    kind = layer["activation"]
    bend, settings = script_words("activation", kind), entry("activation", kind).settings_of(layer)
    summed = f"tf.matmul(h, {names[0]})" + (f" + {names[1]}" if len(names) > 1 else "")
    bent = bend(summed, settings)
    if bent.count(summed) < 2:
        return [f"h = {bent}"]
    return [f"h = {summed}", f"h = {bend('h', settings)}"]


def sum_neurons(layer: Part, names: list[str], place: int) -> list[str]:
    return ["h = tf.reduce_sum(h, 1, keepdims=True)"]


def skip(layer: Part, names: list[str], place: int) -> list[str]:
    return ["h = tf.concat([h, encoded], 1)"]


def dropout(layer: Part, names: list[str], place: int) -> list[str]:
    share = written(float(layer["share"]))
    if layer["share"] == 0:
        return []
    return [
        "if step is not None:",
        f"    chance = tf.stack([tf.constant(SEED % 2**30 + {place}), step])",
        f"    kept = tf.cast(tf.random.stateless_uniform(tf.shape(h), chance) >= {share}, tf.float32)",
        f"    h = h * kept / (1.0 - {share})",
    ]


def layer_normalisation(layer: Part, names: list[str], place: int) -> list[str]:
    return [
        "centred = h - tf.reduce_mean(h, 1, keepdims=True)",
        "variance = tf.reduce_mean(tf.square(centred), 1, keepdims=True)",
        f"h = {names[0]} * centred * tf.math.rsqrt(variance + 1e-5) + {names[1]}",
    ]
