"""TensorFlow, configured once for many small steps. Every engine module imports `tf` from here."""

import contextlib
import os
from typing import Any

from cadl_desktop.engine.start_up import load_tensorflow, set_compiler_flags
from cadl_desktop.system.machine import configure_malloc, cores, shorten_switch_interval

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

set_compiler_flags()
configure_malloc()
tf = load_tensorflow()

Tensor = Any
"""A TensorFlow tensor; TensorFlow has no type annotations."""

__all__ = ["Tensor", "device_name", "has_gpu", "tf"]


def has_gpu() -> bool:
    return bool(tf.config.list_physical_devices("GPU"))


def device_name() -> str:
    """Name of the device that trains, for the status bar."""
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        details = tf.config.experimental.get_device_details(gpus[0])
        return str(details.get("device_name", "GPU"))
    count = cores()
    return f"CPU, {count} cores" if count > 1 else "CPU, 1 core"


def _set_up() -> None:
    """Configures one thread per operation and several operations at a time.

    Steps of small networks are too short to be shared between cores: waiting for each other costs more than
    it saves. Steps of large networks are shared by splitting each batch (see `steps`).
    """
    shorten_switch_interval()
    # Hides the warning about frequent retracing: every new network structure is traced again on purpose.
    tf.get_logger().setLevel("ERROR")
    # RuntimeError: a script used TensorFlow before importing this module; its settings stay.
    with contextlib.suppress(RuntimeError):
        if tf.config.threading.get_intra_op_parallelism_threads() == 0:
            tf.config.threading.set_intra_op_parallelism_threads(1)
            tf.config.threading.set_inter_op_parallelism_threads(cores())
        for gpu in tf.config.list_physical_devices("GPU"):
            tf.config.experimental.set_memory_growth(gpu, True)


_set_up()
