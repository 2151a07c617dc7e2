"""Weights that stand beside another network than their own."""

from collections.abc import Iterator

from cadl_desktop.experiment import Experiment
from cadl_desktop.runs.events import RunState
from cadl_desktop.runs.network_weights import weights_fit
from cadl_desktop.session.session import Session


class Misfits:
    """Looks at the states of a session's runs as a user goes on, and at each beside an experiment once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._seen: dict[str, tuple[Experiment, RunState | None]] = {}

    def new(self) -> list[str]:
        """Misfits found since the last call, named by what is wrong."""
        found = []
        for name, experiment, state in self._states():
            before = self._seen.get(name, (None, None))
            if before[0] is experiment and before[1] is state:
                continue
            self._seen[name] = experiment, state
            if state is not None and not weights_fit(experiment, state.weights):
                found.append(f"{name} has weights of another network")
        return found

    def _states(self) -> Iterator[tuple[str, Experiment, RunState | None]]:
        session = self._session
        yield "what is shown", session.document.experiment, session.result.state
        for record in session.runs.records:
            yield f"run {record.number}", record.experiment, record.state
