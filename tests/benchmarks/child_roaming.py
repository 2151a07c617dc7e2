"""Children that paint large pictures without a window, and that pan and zoom in one."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from tests.benchmarks.workloads import workload

SIDE = 1000
"""Width and height of the pane, in pixels."""
BATCHES = (1024, 2048, 4096, 8192, 16_384, 65_536)
PLAIN_SHARE = 16
"""The plain forward pass is timed on one part in so many, as every batch is like the others."""


def large(side: str, pixels: str, threads: str) -> dict[str, float]:
    """Seconds for a painting of `pixels` each way: by our tiles, or by a plain forward pass in batches."""
    from tests.benchmarks.memory import peak_megabytes

    seconds = _ours(int(pixels)) if side == "ours" else _plain(int(pixels), int(threads))
    return {"seconds": seconds, "peak_megabytes": peak_megabytes()}


def _ours(pixels: int) -> float:
    from cadl_desktop.data.frames import WHOLE
    from cadl_desktop.engine import initial_weights, render_rows

    experiment = workload("lecture")
    weights = initial_weights(experiment)
    list(render_rows(experiment, weights, WHOLE, 200, 200))  # compiles
    began = time.perf_counter()
    rows = sum(len(band) for band in render_rows(experiment, weights, WHOLE, pixels, pixels))
    if rows != pixels:
        raise RuntimeError(f"{rows} rows in place of {pixels}")
    return time.perf_counter() - began


def _plain(pixels: int, threads: int) -> float:
    """A `tf.function` over positions that are there already, in batches of the best size."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    from cadl_desktop.engine import initial_weights
    from cadl_desktop.engine.network.forward_pass import forward

    experiment = workload("lecture")
    weights = [tf.constant(array) for array in initial_weights(experiment)]
    compute = tf.function(lambda inputs: forward(experiment, weights, inputs), autograph=False)
    total = pixels * pixels // PLAIN_SHARE
    best = float("inf")
    for size in BATCHES:
        inputs = tf.random.stateless_normal((size, 2), (1, 2))
        compute(inputs).numpy()
        began = time.perf_counter()
        for _ in range(max(1, total // size)):
            compute(inputs).numpy()
        taken = (time.perf_counter() - began) / (max(1, total // size) * size)
        best = min(best, taken)
    return best * pixels * pixels


def looks(name: str, training: str) -> dict[str, float]:
    """Milliseconds from a pan or zoom to the first coarse picture and to the sharp one, at 1000 x 1000."""
    from cadl_desktop.session.training.result import Status
    from tests.benchmarks.showing import let_pass, open_window, wait, wait_for_tensorflow

    window = open_window(name)
    wait_for_tensorflow(window)
    session, roaming = window.session, window.features.roaming.roaming
    session.train()
    wait(session.updated, lambda: session.result.probed is not None and session.status is Status.TRAINING)
    let_pass(1000)
    if training != "training":
        session.pause()
        wait(session.status_changed, lambda: session.status is Status.PAUSED)
    let_pass(500)
    firsts, sharps = [], []
    for number in range(8):
        first, sharp = _look(roaming, number, wait)
        let_pass(300)
        if number:  # the first of all compiles
            firsts.append(first)
            sharps.append(sharp)
    session.close()
    return {"first": median(firsts), "longest_first": max(firsts), "sharp": median(sharps)}


def _look(roaming: Any, number: int, wait: Callable[..., None]) -> tuple[float, float]:
    from cadl_desktop.computing.view_rendering import PictureRequest
    from cadl_desktop.data.frames import Frame

    frame = Frame(-0.5 + 0.05 * number, -0.3, 2.0, 2.0)
    began = time.perf_counter()
    moments: list[float] = []

    def arrived() -> bool:
        here = bool(roaming.layers) and roaming.layers[0].frame == frame
        if here and not moments:
            moments.append(time.perf_counter() - began)
        return here and roaming.layers[0].last

    roaming.look(PictureRequest(frame, SIDE, SIDE))
    wait(roaming.changed, arrived)
    return moments[0] * 1000, (time.perf_counter() - began) * 1000
