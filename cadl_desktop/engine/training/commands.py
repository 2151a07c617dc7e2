"""What a running training can be told."""

from dataclasses import dataclass

from cadl_desktop.experiment.live_settings import LiveSettings
from cadl_desktop.experiment.model import Stop


@dataclass(frozen=True)
class End:
    """Only ends a wait: that a run is to end is seen by `Control.stopping`, before older commands."""


@dataclass(frozen=True)
class Pause:
    pass


@dataclass(frozen=True)
class Resume:
    pass


@dataclass(frozen=True)
class SingleStep:
    pass


@dataclass(frozen=True)
class ChangeSettings:
    settings: LiveSettings


@dataclass(frozen=True)
class ChangeStop:
    rules: Stop


Command = End | Pause | Resume | SingleStep | ChangeSettings | ChangeStop
