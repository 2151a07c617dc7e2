"""Every command of the window, once: menus, toolbar and the list of shortcuts all read it from here."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.ui.controls.tips import wrapped
from cadl_desktop.ui.controls.undo_keys import redo_keys
from cadl_desktop.ui.theme.icons import set_icon

Keys = QKeySequence.StandardKey


class Actions(QObject):
    """The window's actions as attributes; whoever knows what one does connects it."""

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._make_files()
        self._make_training()
        self._make_pictures()
        self._make_neurons()
        self._make_timeline()
        self._make_view()
        self._make_help()
        self._make_undo()
        session.status_changed.connect(self.refresh)
        session.updated.connect(self.refresh)
        session.document.changed.connect(self.refresh)
        self.refresh()

    def all(self) -> list[QAction]:
        """In the order in which they were made."""
        return [value for value in vars(self).values() if isinstance(value, QAction)]

    @Slot()
    def refresh(self) -> None:
        """Says what Train would do now, and greys what can't be done."""
        status = self._session.status
        running = status in (Status.PREPARING, Status.TRAINING)
        going_on = status in (Status.PAUSED, Status.RESULT)
        title = self.tr("Pause") if running else self.tr("Continue") if going_on else self.tr("Train")
        if self.train.text() != title:
            self.train.setText(title)
            set_icon(self.train, "pause" if running else "play", "on_accent")
        can_train = not self._session.document.problems
        self.train.setEnabled(running or can_train)
        self.import_weights.setEnabled(can_train)
        self.step.setEnabled(not running and can_train)
        self.stop.setEnabled(status.live)
        self.reset.setEnabled(status is not Status.EMPTY)
        self.export.setEnabled(status.live or self._session.result.state is not None)
        self.crop.setEnabled(self._session.document.experiment.data.kind == "picture")

    def _make_files(self) -> None:
        tr, make = self.tr, self._make
        self.new = make(tr("New…"), tr("Shows the experiments to begin with, as pictures."), Keys.New, "new")
        self.new_curve = make(tr("New curve"), tr("Starts over with the noisy sine."), "Ctrl+Alt+N", "curve")
        self.new_painting = make(
            tr("New painting"), tr("Starts over with a picture to paint."), "Ctrl+Shift+N", "picture"
        )
        self.open = make(
            tr("Open…"), tr("Opens a project, a picture or a table of points."), Keys.Open, "open"
        )
        self.save = make(
            tr("Save"), tr("Saves experiment, weights and history in one file."), Keys.Save, "save"
        )
        self.save_as = make(tr("Save as…"), tr("Saves everything under another name."), "Ctrl+Shift+S")
        self.export = make(
            tr("Export…"), tr("Takes what was learned home as files (Ctrl+E)."), "Ctrl+E", "export"
        )
        self.import_weights = make(
            tr("Import weights…"),
            tr("Goes on with weights from a file that fit this network; it can be undone."),
            "Ctrl+I",
        )
        self.close = make(tr("Quit"), tr("Closes the window; asks before anything is lost."), "Ctrl+Q")

    def _make_training(self) -> None:
        tr, make = self.tr, self._make
        self.train = make(tr("Train"), tr("Starts training, or pauses it (F5)."), "F5", "play")
        self.step = make(tr("Step"), tr("Makes a single optimizer step (F10)."), "F10", "step")
        self.stop = make(tr("Stop"), tr("Ends the run; what was learned stays (Shift+F5)."), "Shift+F5")
        self.reset = make(
            tr("Reset"),
            tr("Forgets what was learned: the seed's first weights again (Ctrl+R)."),
            "Ctrl+R",
            "reset",
        )
        self.new_seed = make(
            tr("New seed"),
            tr("Draws other first weights and another order of samples."),
            "Ctrl+Shift+R",
            "dice",
        )

    def _make_pictures(self) -> None:
        tr, make = self.tr, self._make
        self.paste = make(
            tr("Paste picture"), tr("Paints the picture on the clipboard, or its file."), Keys.Paste
        )
        self.crop = make(
            tr("Crop and size…"),
            tr("Chooses which part of the picture is painted, and how large."),
            "Ctrl+Shift+X",
            "crop",
        )
        self.copy_output = make(
            tr("Copy painting or curve"),
            tr("Puts what the network makes now on the clipboard."),
            "Ctrl+Shift+C",
            "copy",
        )
        self.copy_cost = make(
            tr("Copy cost plot"), tr("Puts the cost plot on the clipboard."), "Ctrl+Alt+C", "copy"
        )

    def _make_neurons(self) -> None:
        tr, make = self.tr, self._make
        self.keep_gains = make(
            tr("Keep muted and scaled"),
            tr("Puts what neurons were muted and scaled by into the weights; it can be undone."),
            "Ctrl+K",
        )
        self.reset_gains = make(
            tr("Reset muted and scaled"), tr("Leaves every neuron alone again."), "Ctrl+Shift+K"
        )

    def _make_timeline(self) -> None:
        tr, make = self.tr, self._make
        self.earlier = make(
            tr("Earlier moment"), tr("Shows the moment of the run before."), "Ctrl+Alt+Left", "earlier"
        )
        self.later = make(
            tr("Later moment"), tr("Shows the moment of the run after."), "Ctrl+Alt+Right", "later"
        )
        self.now = make(tr("Now"), tr("Leads back to what the network makes now."), "Ctrl+Alt+End")
        self.replay = make(
            tr("Replay"), tr("Goes through the moments of the run as a film."), "Ctrl+Alt+P", "play"
        )
        self.branch = make(
            tr("Branch from here"),
            tr(
                "Begins a new run at the moment that is shown, and Train goes on with it; the run it comes "
                "from stays in the list."
            ),
            "Ctrl+B",
            "branch",
        )

    def _make_view(self) -> None:
        tr, make = self.tr, self._make
        self.reset_zoom = make(
            tr("Reset zoom"), tr("Shows the whole picture and all plots again."), "Ctrl+0", "zoom-reset"
        )
        self.painting_larger = make(
            tr("Painting at 4×"),
            tr("Lets the network paint the picture with four times its rows and columns."),
            "Ctrl+4",
        )
        self.painting_larger.setCheckable(True)
        self.painting_outside = make(
            tr("Outside the frame"), tr("Shows what the network paints around the picture as well."), "Ctrl+2"
        )
        self.painting_outside.setCheckable(True)
        self.logarithmic = make(tr("Logarithmic cost"), tr("Draws the cost on a logarithmic axis."), "Ctrl+L")
        self.logarithmic.setCheckable(True)
        self.start_page = make(
            tr("Start page"), tr("Shows the experiments that come along in place of the network.")
        )
        self.start_page.setCheckable(True)

    def _make_help(self) -> None:
        tr, make = self.tr, self._make
        self.shortcuts = make(tr("Shortcuts"), tr("Lists every key."), "Ctrl+/", "info")
        self.about = make(tr("About"), tr("Version and licences."))

    def _make_undo(self) -> None:
        stack = self._session.document.undo_stack
        self.undo = self._undo_action(stack.createUndoAction, self.tr("Undo"), Keys.Undo, "undo")
        self.redo = self._undo_action(stack.createRedoAction, self.tr("Redo"), Keys.Redo, "redo")
        self.redo.setShortcuts(redo_keys())

    def _make(
        self, title: str, tip: str, keys: QKeySequence.StandardKey | str = "", icon: str = ""
    ) -> QAction:
        """What an action says, which key calls it, and the icon that stands for it."""
        action = QAction(title, self._window)
        action.setToolTip(wrapped(tip))
        action.setWhatsThis(tip)
        self._equip(action, title, keys, icon)
        return action

    def _undo_action(
        self, create: Callable[..., QAction], title: str, keys: QKeySequence.StandardKey, icon: str
    ) -> QAction:
        action = create(self._window, title)
        self._equip(action, title, keys, icon)
        return action

    def _equip(self, action: QAction, title: str, keys: QKeySequence.StandardKey | str, icon: str) -> None:
        action.setData(title)  # an undo action's own text changes with what it would undo
        if keys:
            action.setShortcut(QKeySequence(keys))
        if icon:
            set_icon(action, icon)
        self._window.addAction(action)
