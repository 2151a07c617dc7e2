"""What a person is told when a file they opened became a part of the project that was open."""

from PySide6.QtCore import QCoreApplication

from cadl_desktop.session.document import Document


def say_taken_in(name: str, document: Document) -> str:
    """One sentence; empty while the document has no file, which Save would write the edit to."""
    if document.path is None:
        return ""
    text = "“%1” is part of “%2” now: Save keeps it there, and Undo takes it out again."
    said = QCoreApplication.translate("TakenIn", text)
    return said.replace("%1", name).replace("%2", document.path.name)
