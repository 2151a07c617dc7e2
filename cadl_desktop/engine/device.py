"""TensorFlow, set up once for many small steps: every engine module gets it from here."""

import contextlib
import os
from typing import Any

from cadl_desktop.engine.start_up import load_tensorflow, set_compiler_flags
from cadl_desktop.system.allocator import share_heaps
from cadl_desktop.system.machine import cores
from cadl_desktop.system.priority import hand_over_soon

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

set_compiler_flags()
share_heaps()
tf = load_tensorflow()

Tensor = Any
"""TensorFlow is not typed."""

__all__ = ["Tensor", "device_name", "has_gpu", "tf"]


def has_gpu() -> bool:
    return bool(tf.config.list_physical_devices("GPU"))


def device_name() -> str:
    """What training runs on, as the status bar says it."""
    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        details = tf.config.experimental.get_device_details(gpus[0])
        return str(details.get("device_name", "GPU"))
    count = cores()
    return f"CPU, {count} cores" if count > 1 else "CPU, 1 core"


def _set_up() -> None:
    """One thread per operation, several operations at a time.

    The steps of small networks are too short to be shared between cores, and waiting for one another
    costs more than it gives; large ones are shared by splitting each batch (see `steps`).
    """
    hand_over_soon()
    # Its advice on tracing too often would reach a person's terminal: every new structure is traced anew.
    tf.get_logger().setLevel("ERROR")
    # A script that has used TensorFlow before importing this has made its choice already.
    with contextlib.suppress(RuntimeError):
        if tf.config.threading.get_intra_op_parallelism_threads() == 0:
            tf.config.threading.set_intra_op_parallelism_threads(1)
            tf.config.threading.set_inter_op_parallelism_threads(cores())
        for gpu in tf.config.list_physical_devices("GPU"):
            tf.config.experimental.set_memory_growth(gpu, True)


_set_up()
