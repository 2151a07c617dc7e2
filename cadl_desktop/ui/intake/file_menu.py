"""File menu, and the Edit menu's entries that bring pictures in."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from cadl_desktop.experiment.presets import preset, preset_names
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.controls.looks import wrapped
from cadl_desktop.ui.frame.door import Door, MenuEntry
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.intake.intake import Intake
from cadl_desktop.ui.settings.recent_paths import recent_files
from cadl_desktop.ui.settings.settings_table import RECENT

Keys = QKeySequence.StandardKey


class FileMenu(QObject):
    """Offers the intake's actions, and shows its messages."""

    def __init__(self, frame: Frame, intake: Intake) -> None:
        super().__init__(frame.window)
        self._session, self._intake = frame.session, intake
        messages = frame.messages
        intake.message.connect(messages.say)
        intake.saving.message.connect(messages.say)
        for reader in intake.readers:
            reader.message.connect(messages.say)
            reader.opened.connect(messages.bar.clear)
        for news in (intake.projects.opened, intake.pictures.taken):
            news.connect(frame.pages.show_work)
        intake.saving.settled.connect(messages.settle)
        intake.pictures.opened.connect(messages.line.show_status)
        self.door = Door(entries=(*self._beginnings(), *self._files(), *self._pictures()))

    def _beginnings(self) -> tuple[MenuEntry, ...]:
        projects = self._intake.projects
        text = "Starts over with the noisy sine."
        curve = Action("New curve", projects.begin_curve, "Ctrl+Alt+N", text, "curve")
        text = "Starts over with a picture to paint."
        painting = Action("New painting", projects.begin_painting, "Ctrl+Shift+N", text, "picture")
        return (
            MenuEntry("new_curve", curve, "file", anywhere=True),
            MenuEntry("new_painting", painting, "file", anywhere=True),
            MenuEntry("examples", self._examples_menu, "file", anywhere=True),
        )

    def _files(self) -> tuple[MenuEntry, ...]:
        intake, saving = self._intake, self._intake.saving
        text = "Opens a project, a picture or a table of points."
        open_ = Action("Open…", intake.choose, Keys.Open, text, "open")
        text = "Saves experiment, weights and history in one file."
        save = Action("Save", saving.save, Keys.Save, text, "save")
        text = "Saves everything under another name."
        save_as = Action("Save as…", saving.save_as, "Ctrl+Shift+S", text)
        text = "Offers copies again that were skipped after a crash; each is kept for 30 days."
        recover = Action("Recover…", intake.copies_wanted.emit, tip=text)
        text = "Continues with weights from a file that fit this network; it can be undone."
        weights = Action("Import weights…", intake.weights.choose, "Ctrl+I", text, possible=self._can_train)
        return (
            MenuEntry("open", open_, "file", 1, anywhere=True),
            MenuEntry("recent", self._recent_menu, "file", 1, anywhere=True),
            MenuEntry("save", save, "file", 2),
            MenuEntry("save_as", save_as, "file", 2),
            MenuEntry("recover", recover, "file", 2, anywhere=True),
            MenuEntry("import_weights", weights, "file", 3),
        )

    def _pictures(self) -> tuple[MenuEntry, ...]:
        text = "Paints the picture on the clipboard, or its file."
        paste = Action("Paste picture", self._intake.paste, Keys.Paste, text)
        return (
            MenuEntry("paste", paste, "edit", 2, anywhere=True),
            MenuEntry("crop", self._intake.pictures.crop, "edit", 2),
        )

    def _can_train(self) -> bool:
        return not self._session.document.problems

    def _examples_menu(self, parent: QMenu) -> QMenu:
        examples = QMenu("Examples", parent)
        # Filled when opened, as it reads every preset.
        examples.aboutToShow.connect(lambda: self.fill_examples(examples))
        return examples

    def _recent_menu(self, parent: QMenu) -> QMenu:
        recent = QMenu("Open recent", parent)
        recent.aboutToShow.connect(lambda: self.fill_recent(recent))
        return recent

    def fill_examples(self, menu: QMenu) -> None:
        """Lists the presets, with their sentences as tooltips."""
        menu.clear()
        menu.setToolTipsVisible(True)
        for name in preset_names():
            experiment = preset(name)
            action = menu.addAction(experiment.name)
            action.setToolTip(wrapped(experiment.note))
            action.triggered.connect(lambda _=False, chosen=name: self._intake.projects.begin(chosen))

    def fill_recent(self, menu: QMenu) -> None:
        """Lists recent files, and an entry that clears the list."""
        menu.clear()
        menu.setToolTipsVisible(True)
        for path in recent_files():
            action = menu.addAction(path.name)
            action.setToolTip(wrapped(str(path)))
            action.triggered.connect(lambda _=False, chosen=path: self._intake.take([chosen]))
        if menu.isEmpty():
            menu.addAction("No recent files").setEnabled(False)
            return
        menu.addSeparator()
        menu.addAction("Forget these").triggered.connect(lambda: RECENT.set([]))
