"""XLA runs a step on the calling thread, and a person's own XLA flags are kept."""

import os
import subprocess
import sys
import time

from cadl_desktop.engine.prepared_samples import prepare
from cadl_desktop.engine.training.orders import WholeOrder
from cadl_desktop.engine.training.stepper import Stepper
from cadl_desktop.experiment import preset

ASK = """
import os, sys

class Look:
    def find_spec(self, name, path=None, target=None):
        if name == "tensorflow":  # TensorFlow reads the flags from here on; loading it takes seconds
            sys.exit(print(os.environ["XLA_FLAGS"]))

sys.meta_path.insert(0, Look())
import cadl_desktop.engine
"""


def test_steps_run_on_the_calling_thread() -> None:
    experiment = preset("lecture-painting")
    prepared = prepare(experiment)
    stepper = Stepper(experiment, prepared)
    point = stepper.first_point(None)
    order = WholeOrder(prepared, experiment.seed, 0)
    stepper.steps(point, order, 1)
    mine, everyone = time.thread_time(), time.process_time()
    for _ in range(20):
        stepper.steps(point, order, stepper.batches_left(point))
    assert time.thread_time() - mine > 0.8 * (time.process_time() - everyone)


def flags_with(given: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-c", ASK],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "XLA_FLAGS": given},
    )
    return ended.stdout.rstrip("\n")


def test_flags_of_the_environment_win() -> None:
    theirs = "--xla_cpu_enable_concurrency_optimized_scheduler=true --xla_cpu_enable_fast_math=false"
    assert flags_with(theirs) == f"{theirs} --xla_cpu_copy_insertion_use_region_analysis=true"


def test_a_file_of_flags_named_by_the_environment_is_unchanged() -> None:
    assert flags_with("/etc/xla flags.txt") == "/etc/xla flags.txt"
