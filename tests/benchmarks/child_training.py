"""Children that train without a window: our engine, the lecture's loop, and Keras."""

import math
import time
from itertools import pairwise
from typing import Any

import numpy as np
import tensorflow as tf
from msgspec.structs import replace

from tests.benchmarks.memory import peak_megabytes
from tests.benchmarks.workloads import of_width, step_arithmetic, widths, workload

WARM_UP_SECONDS = 1.0


class Meter:
    """Speed over whole epochs, from the first epoch's end that comes after the warm-up."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._warm_at: float | None = None
        self._first: tuple[float, int] | None = None
        self.steps_per_second = math.nan

    def epoch_ended(self, step: int) -> bool:
        """Whether it has been long enough."""
        now = time.perf_counter()
        if self._warm_at is None:
            self._warm_at = now + WARM_UP_SECONDS
        elif self._first is None:
            if now >= self._warm_at:
                self._first = now, step
        else:
            began, first_step = self._first
            self.steps_per_second = (step - first_step) / (now - began)
            return now - began >= self._seconds
        return False


def train(side: str, name: str, seconds: str, threads: str) -> dict[str, float]:
    """Measures the speed of one side on one workload."""
    if side != "ours":
        # Before the engine, which gives the samples and would otherwise set its own.
        tf.config.threading.set_intra_op_parallelism_threads(int(threads))
        tf.config.threading.set_inter_op_parallelism_threads(int(threads))
    meter = Meter(float(seconds))
    if side == "ours":
        _train_ours(name, meter)
    elif side == "lecture":
        _train_as_the_lecture(name, meter, int(threads))
    else:
        _train_with_keras(name, meter, measured=side == "keras-cost", at_once=side == "keras-epoch")
    return {"steps_per_second": meter.steps_per_second, "peak_megabytes": peak_megabytes()}


def _train_ours(name: str, meter: Meter) -> None:
    from cadl_desktop.engine import Control
    from cadl_desktop.engine import train as train_events
    from cadl_desktop.runs.events import EpochEnded

    control = Control(picture_seconds=None)
    for event in train_events(workload(name), control):
        if isinstance(event, EpochEnded) and meter.epoch_ended(event.step):
            control.stop()


def _train_as_the_lecture(name: str, meter: Meter, threads: int) -> None:
    """Placeholders, a session that is fed every batch, and the whole set's cost after every epoch."""
    from cadl_desktop.engine import initial_weights, training_samples

    v1 = tf.compat.v1
    experiment = workload(name)
    xs, ys = training_samples(experiment)
    settings = v1.ConfigProto(intra_op_parallelism_threads=threads, inter_op_parallelism_threads=threads)
    with tf.Graph().as_default(), v1.Session(config=settings) as session:
        x, y = v1.placeholder(tf.float32, [None, 2]), v1.placeholder(tf.float32, [None, 3])
        variables = [v1.Variable(start) for start in initial_weights(experiment)]
        current: Any = x
        for weights, bias in zip(variables[:-2:2], variables[1:-2:2], strict=True):
            current = tf.nn.relu(tf.matmul(current, weights) + bias)
        prediction = tf.matmul(current, variables[-2]) + variables[-1]
        cost = tf.reduce_mean(tf.reduce_sum(tf.abs(prediction - y), 1))
        update = v1.train.AdamOptimizer(experiment.optimizer["rate"]).minimize(cost)
        session.run(v1.global_variables_initializer())
        size, step = experiment.batch_size, 0
        while True:
            order = np.random.permutation(len(xs))
            for batch in range(len(xs) // size):
                rows = order[batch * size : (batch + 1) * size]
                session.run(update, feed_dict={x: xs[rows], y: ys[rows]})
                step += 1
            session.run(cost, feed_dict={x: xs, y: ys})
            if meter.epoch_ended(step):
                return


def _train_with_keras(name: str, meter: Meter, measured: bool, at_once: bool) -> None:
    """`fit` as a user writes it; `measured`: with the whole set's cost every epoch; `at_once`: with an
    epoch's steps in one execution. Keras uses the smaller batch that is left at an epoch's end, too."""
    import keras

    from cadl_desktop.engine import training_samples

    experiment = workload(name)
    xs, ys = training_samples(experiment)
    steps = math.ceil(len(xs) / experiment.batch_size)
    hidden = [keras.layers.Dense(units, activation="relu") for units in widths(experiment)[1:-1]]
    model = keras.Sequential([keras.Input((2,)), *hidden, keras.layers.Dense(3)])
    model.compile(
        optimizer=keras.optimizers.Adam(0.001),
        loss=lambda y, prediction: keras.ops.sum(keras.ops.abs(prediction - y), axis=-1),
        steps_per_execution=steps if at_once else 1,
    )

    def on_epoch_end(epoch: int, logs: object = None) -> None:
        if meter.epoch_ended((epoch + 1) * steps):
            model.stop_training = True

    model.fit(
        xs,
        ys,
        batch_size=experiment.batch_size,
        epochs=1_000_000,
        shuffle=True,
        verbose=0,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=on_epoch_end)],
        validation_data=(xs, ys) if measured else None,
        validation_batch_size=4096,
    )


def matmul(name: str, seconds: str, threads: str, compiled: str) -> dict[str, float]:
    """The rate of `tf.matmul` alone: a step's matrix products, in a loop inside the graph."""
    tf.config.threading.set_intra_op_parallelism_threads(int(threads))
    tf.config.threading.set_inter_op_parallelism_threads(int(threads))
    experiment = workload(name)
    sizes = widths(experiment)
    random = np.random.default_rng(1)
    inputs = tf.constant(random.normal(size=(experiment.batch_size, sizes[0])), tf.float32)
    # Orthogonal, so that numbers neither grow nor fade however long the loop runs.
    matrices = [tf.constant(_orthogonal(random, rows, columns)) for rows, columns in pairwise(sizes[1:])]

    def body(step: Any, first: Any, slopes: tuple[Any, ...]) -> tuple[Any, ...]:
        """Every product depends on the turn before and is handed on, so that none can be left out."""
        values = [tf.matmul(inputs, first)]
        for matrix in matrices:
            values.append(tf.matmul(values[-1], matrix))
        slope, found = values[-1], []
        for matrix, value in zip(reversed(matrices), reversed(values[:-1]), strict=True):
            found.append(tf.matmul(value, slope, transpose_a=True))
            slope = tf.matmul(slope, matrix, transpose_b=True)
        first = tf.math.l2_normalize(tf.matmul(inputs, slope, transpose_a=True))
        return step + 1, first, tuple(found)

    @tf.function(jit_compile=compiled == "1", autograph=False)  # type: ignore[untyped-decorator]
    def loop(turns: Any, first: Any) -> Any:
        slopes = tuple(tf.zeros_like(matrix) for matrix in reversed(matrices))
        return tf.while_loop(lambda step, *_: step < turns, body, (tf.constant(0), first, slopes))

    first = tf.constant(_orthogonal(random, sizes[0], sizes[1]))
    loop(tf.constant(5), first)[1].numpy()
    began = time.perf_counter()
    loop(tf.constant(20), first)[1].numpy()
    turns = max(1, int(float(seconds) * 20 / (time.perf_counter() - began)))
    began = time.perf_counter()
    loop(tf.constant(turns), first)[1].numpy()
    return {"rate": turns * step_arithmetic(experiment) / (time.perf_counter() - began)}


def _orthogonal(random: np.random.Generator, rows: int, columns: int) -> np.typing.NDArray[np.float32]:
    square = np.linalg.qr(random.normal(size=(max(rows, columns),) * 2))[0]
    return square[:rows, :columns].astype(np.float32)


def rebuild(times: str) -> dict[str, float]:
    """Trains so many structures for an epoch each."""
    from cadl_desktop.engine import train as train_events

    for number in range(int(times) + 1):
        experiment = of_width(64 + number)
        for _ in train_events(replace(experiment, stop=replace(experiment.stop, epochs=1))):
            pass
        if number == 0:
            before = peak_megabytes()
    return {"before": before, "peak_megabytes": peak_megabytes()}
