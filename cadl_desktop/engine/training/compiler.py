"""What TensorFlow's compiler XLA is told before it is loaded."""

import os

FLAGS = {
    # Otherwise independent products of a step are handed to a second thread and back, thousands of times a
    # second as soon as anything else runs: a window that took 15 % of a core cost training 18 % of its speed,
    # and 4 % with these. Alone, the lecture's painting is as fast as before.
    "xla_cpu_enable_concurrency_optimized_scheduler": "false",
    # That order of operations alone would copy more, and be 5 % slower.
    "xla_cpu_copy_insertion_use_region_analysis": "true",
}


def set_compiler_flags() -> None:
    """Adds these to what the environment already says, which goes first, unless it names a file of flags."""
    given = os.environ.get("XLA_FLAGS", "").strip()
    if given and not given.startswith("--"):
        return
    ours = [f"--{name}={value}" for name, value in FLAGS.items() if f"--{name}" not in given]
    os.environ["XLA_FLAGS"] = " ".join([given, *ours]).strip()
