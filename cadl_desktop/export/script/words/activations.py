"""Activations in a script: each takes the code of a sum and the activation's own settings, and gives code."""

from cadl_desktop.experiment.registry import Settings
from cadl_desktop.export.script.cell import written


def linear(z: str, settings: Settings) -> str:
    return z


def tanh(z: str, settings: Settings) -> str:
    return f"tf.tanh({z})"


def sigmoid(z: str, settings: Settings) -> str:
    return f"tf.sigmoid({z})"


def relu(z: str, settings: Settings) -> str:
    return f"tf.nn.relu({z})"


def sine(z: str, settings: Settings) -> str:
    return f"tf.sin({z})" if settings["w0"] == 1.0 else f"tf.sin({written(settings['w0'])} * ({z}))"


def gelu(z: str, settings: Settings) -> str:
    return f"tf.nn.gelu({z})"


def elu(z: str, settings: Settings) -> str:
    return f"tf.where({z} > 0, {z}, {written(settings['alpha'])} * tf.nn.elu({z}))"


def leaky_relu(z: str, settings: Settings) -> str:
    return f"tf.nn.leaky_relu({z}, {written(settings['slope'])})"


def swish(z: str, settings: Settings) -> str:
    return f"{z} * tf.sigmoid({written(settings['beta'])} * {z})"


def finer(z: str, settings: Settings) -> str:
    factor = f"(tf.abs({z}) + 1.0)"
    if settings["held"]:
        factor = f"tf.stop_gradient{factor}"
    return f"tf.sin({written(settings['w0'])} * {factor} * {z})"
