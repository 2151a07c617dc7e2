"""Weights from a file in place of what was learned: an ordinary step that can be undone."""

from collections.abc import Callable
from pathlib import Path

from cadl_desktop.experiment.model import structure_of
from cadl_desktop.runs.changes import weights_from
from cadl_desktop.runs.events import Floats, RunState
from cadl_desktop.sentences import shown
from cadl_desktop.session.edits.weight_edits import edit_weights
from cadl_desktop.session.session import Session
from cadl_desktop.storage.atomic import FileError


def import_weights(
    session: Session, path: Path, done: Callable[[], None], failed: Callable[[Exception], None]
) -> None:
    """Puts a file's weights into the network; the optimizer begins without any memory, and a training that
    is going on goes on with them. `failed` gets a FileError where they don't fit."""
    experiment, opened = session.document.experiment, session.document.opened

    def work() -> tuple[Floats, ...]:
        from cadl_desktop.weights_in.fitting import read_weights  # h5py comes along

        return read_weights(path, experiment)

    def use(weights: tuple[Floats, ...]) -> None:
        session.ask("cadl_desktop.engine:first_state", (experiment,), lambda fresh: put(weights, fresh))

    def put(weights: tuple[Floats, ...], fresh: RunState) -> None:
        same = structure_of(session.document.experiment) == structure_of(experiment)
        if not same or session.document.opened != opened:
            failed(FileError("'{name}' was not imported: the network has changed since.", name=path.name))
            return

        label = f"Import weights from {shown(path.name)}"
        words = weights_from(path.name)
        edit_weights(session, label, lambda now, state: (weights, words), slots=fresh.slots, done=done)

    session.background.do(work, use, failed)
