"""Which methods paint a picture more sharply than a network of positions alone."""

from cadl_desktop.experiment.model import Experiment

BLURRED_DB = 26.0
"""The lecture's network comes to some 21 dB on a photograph, and its edges look soft; at 30 dB and more a
painting looks like its target."""
_POSITIONS_ALONE = frozenset({"none", "polynomial"})


def sharper_methods(experiment: Experiment, psnr: float | None) -> tuple[str, ...]:
    """The presets that paint this picture more sharply, by knots on its pixels or by waves, where a training
    of the lecture's kind of network has ended blurred at `psnr` dB; none otherwise."""
    blurred = psnr is not None and psnr < BLURRED_DB
    if not blurred or experiment.data.kind != "picture" or experiment.method:
        return ()
    if experiment.encoding.kind not in _POSITIONS_ALONE:
        return ()
    by_knots = "own-painting" if experiment.data["source"] == "own" else "sharp-painting"
    return by_knots, "siren-painting"
