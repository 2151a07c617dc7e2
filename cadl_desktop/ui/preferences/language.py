"""The language that the program speaks: English, or one that there is a translation into.

A translation is one file of Qt's, resources/translations/<code>.qm; resources/translations/README.md says how
one is made.
"""

from PySide6.QtCore import QCoreApplication, QLocale, QTranslator

from cadl_desktop.resources import resource

SYSTEM, ENGLISH = "system", "en"
_speaking: list[QTranslator] = []


def languages() -> list[tuple[str, str]]:
    """Code and own name of every language other than English, in the order of the codes."""
    codes = sorted(path.stem for path in resource("translations").glob("*.qm"))
    return [(code, QLocale(code).nativeLanguageName() or code) for code in codes]


def speak(code: str) -> None:
    """Takes a language for all that is said from now on; English where there is no translation into it."""
    for before in _speaking:
        QCoreApplication.removeTranslator(before)
    _speaking.clear()
    wanted = QLocale().name() if code == SYSTEM else code
    for name in (wanted, wanted.partition("_")[0]):
        translator = QTranslator()
        if name != ENGLISH and translator.load(str(resource("translations", f"{name}.qm"))):
            QCoreApplication.installTranslator(translator)
            _speaking.append(translator)
            return
