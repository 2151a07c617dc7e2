"""Every method, by the name of the shipped experiment that has it."""

from cadl_desktop.experiment.methods.curves import own_curve
from cadl_desktop.experiment.methods.inpainting import inpainting
from cadl_desktop.experiment.methods.method import Method
from cadl_desktop.experiment.methods.painting import (
    fourier_painting,
    own_painting,
    sharp_painting,
    siren_painting,
)

METHODS: dict[str, Method] = {
    "own-painting": Method("picture", own_painting),
    "own-curve": Method("curve", own_curve),
    "sharp-painting": Method("picture", sharp_painting),
    "fourier-painting": Method("picture", fourier_painting),
    "siren-painting": Method("picture", siren_painting),
    "inpainting": Method("picture", inpainting),
    "sparse-inpainting": Method("picture", inpainting),
}
OWN = {"picture": "own-painting", "curve": "own-curve"}
"""The method of what somebody has opened, by what its network makes."""
