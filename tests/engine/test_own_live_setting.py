"""Adding a live setting takes changes in the four places listed here, tried on a copy of the program."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import cadl_desktop

PACKAGE = Path(cadl_desktop.__file__).parent
ADDED = {
    "its field in the experiment": (
        "experiment/model.py",
        "    optimizer: Part\n",
        "    drift: float = 0.0\n    optimizer: Part\n",
    ),
    "the class of live settings": (
        "experiment/live_settings.py",
        "    coherence: float = 0.0\n",
        "    coherence: float = 0.0\n    drift: float = 0.0\n",
    ),
    "its field in the form, with its limits": (
        "experiment/live_settings.py",
        "        most=1.0,\n    ),\n}\n",
        '        most=1.0,\n    ),\n    "drift": Penalty("Drift", "What weights cost."),\n}\n',
    ),
    "the step that uses it": (
        "engine/training/steps.py",
        "        return gradient\n",
        "        return gradient + penalties[6]\n",
    ),
}
"""Changes: a file, a text that occurs once in it, and its replacement."""
USED = """
import sys
from msgspec.structs import replace
import cadl_desktop
from cadl_desktop.engine import Control, train
from cadl_desktop.experiment import check, preset, open_project
from cadl_desktop.experiment.setting_descriptions import names_by_difference, describe_settings
from cadl_desktop.project import Project, save_project
from cadl_desktop.runs.events import Changed, Finished, Started
from cadl_desktop.runs.history import History

assert cadl_desktop.__file__.startswith(sys.argv[1]), cadl_desktop.__file__
line = preset("lecture-line")
experiment = replace(line, stop=replace(line.stop, epochs=3))


def run(state=None, **changes):
    control, history = Control(picture_seconds=None), History()
    for event in train(experiment, control, state):
        history.add(event)
        if isinstance(event, Started) and changes:
            control.change(replace(event.settings, **changes))
    assert isinstance(event, Finished)
    return event.state, history


# The engine trains with it from its change on, and logs it.
plain, silent = run()
drifted, history = run(drift=0.5)
assert "drift" not in [change.setting for change in silent.changes]
assert [(it.step, it.value) for it in history.changes if it.setting == "drift"] == [(0, 0.5)]
assert (plain.settings.drift, drifted.settings.drift) == (0.0, 0.5)
assert (plain.weights[0] != drifted.weights[0]).all()
try:
    Control().change(replace(drifted.settings, drift=-1.0))
except ValueError as error:
    assert str(error) == "drift: -1 is too small; choose 0 or more."
else:
    raise AssertionError("a wrong one is taken")

# A project keeps it, and a run goes on with it.
followed = drifted.settings.into(experiment)
save_project("drift.cadl", Project(followed, drifted, history))
opened = open_project("drift.cadl")
assert (opened.experiment.drift, opened.state.settings) == (0.5, drifted.settings)
assert opened.history.changes == history.changes
assert run(opened.state)[0].settings.drift == 0.5
assert names_by_difference([*map(describe_settings, (experiment, followed))]) == ["drift 0", "drift 0.5"]
assert [problem.field for problem in check(replace(followed, drift=-1.0))] == ["drift"]

# The form edits it.
from PySide6.QtWidgets import QApplication

app = QApplication([])
from cadl_desktop.session.document import Document
from cadl_desktop.ui.panels.training_panel import TrainingPanel

document = Document(experiment)
panel = TrainingPanel(document)
assert panel.penalties["drift"].accessibleName() == "Drift"
panel.penalties["drift"].value_edited.emit(0.25)
assert document.experiment.drift == 0.25
assert document.undo_stack.undoText() == "Drift 0.25"
print("done")
"""


def test_a_live_setting_of_one_s_own(tmp_path: Path) -> None:
    copy = tmp_path / "cadl_desktop"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    if not (copy / "resources").is_dir():
        (tmp_path / "resources").symlink_to(PACKAGE.parent / "resources")
    for name, before, after in ADDED.values():
        text = (copy / name).read_text()
        assert text.count(before) == 1, (name, before)
        (copy / name).write_text(text.replace(before, after))
    ended = subprocess.run(
        [sys.executable, "-c", USED, str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stdout.strip() == "done", ended.stderr
