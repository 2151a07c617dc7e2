"""First weights: how those of a layer are drawn."""

from cadl_desktop.experiment.registry import Entry, Parameter, register

_SPREAD = Parameter(
    "spread",
    "Spread",
    "float",
    0.1,
    "Standard deviation of the initial weights.",
    0.0,
    100.0,
    logarithmic=True,
    always_written=True,
)
_BIAS_RANGE = Parameter(
    "bias_range",
    "Bias range k",
    "float",
    1.0,
    "Biases are drawn from between −k and k: how far apart the frequencies of the neurons lie.",
    0.0,
    100.0,
    logarithmic=True,
)


def _add(
    kind: str, title: str, about: str, settings: tuple[Parameter, ...] = (), has_biases: bool = False
) -> None:
    """One that this program has in all its places, under its own name."""
    function = kind.replace(" ", "_")
    entry = Entry(
        kind,
        title,
        about,
        f"cadl_desktop.engine.network.initialisers:{function}",
        settings,
        script=f"cadl_desktop.export.script.initialisers:{function}",
        curve=f"cadl_desktop.experiment.curves:{function}",
        biases=f"cadl_desktop.engine.network.initialisers:{function}_biases" if has_biases else "",
    )
    register("initialiser", entry)


_add("normal", "Normal", "A normal distribution about 0 with the given spread.", (_SPREAD,))
_add(
    "xavier",
    "Xavier",
    "Uniform, its width chosen so that signals keep their size (Glorot and Bengio, 2010).",
)
_add("he", "He", "Normal, its width chosen for ReLU layers (He et al., 2015).")
_add(
    "siren",
    "SIREN",
    "Uniform, its width chosen for sine layers with their frequency (Sitzmann et al., 2020).",
)
_add("zeros", "Zeros", "All weights 0: the neurons of a layer then stay alike.")
_add(
    "finer first",
    "FINER, first layer",
    "Uniform, and biases far apart: for a first layer of FINER or sine neurons (Liu et al., 2024).",
    (_BIAS_RANGE,),
    has_biases=True,
)
