"""Text about x and y of a curve, in the files of exported networks: JSON, only where something is known of a
column, such as {"x": {"name": "Date", "counts": "days since 2024-03-01"}, "y": {"name": "T [K]"}}."""

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from cadl_desktop.data.curves.columns import columns_of
from cadl_desktop.experiment.model import Experiment

KEY = "columns"
"""Name of the text where a format has named texts."""
FILE = "columns.json"
"""Name of the file that holds it where a format has files inside."""


def column_text(experiment: Experiment) -> str:
    """Returns what is known of the columns; '' where nothing is."""
    columns = columns_of(experiment.data)
    known = {
        column.letter: {"name": column.name, "counts": str(column.counts) if column.counts else ""}
        for column in columns
    }
    found = {
        letter: {what: text for what, text in said.items() if text}
        for letter, said in known.items()
        if any(said.values())
    }
    return json.dumps(found, ensure_ascii=False) if found else ""


def add_to_hdf5(content: bytes, text: str) -> bytes:
    """Returns an HDF5 file with the text as an attribute of its root."""
    import h5py

    file = BytesIO(content)
    with h5py.File(file, "r+") as opened:
        opened.attrs[KEY] = text
    return file.getvalue()


def add_to_tflite(content: bytes, texts: Mapping[str, str]) -> bytes:
    """Returns a .tflite file with texts in associated files, a ZIP archive behind the network: all of them as
    `metadata.json`, and the columns, if they are known, as they are elsewhere."""
    file = BytesIO(content)
    with ZipFile(file, "a") as archive:
        archive.writestr(ZipInfo("metadata.json"), json.dumps(texts, ensure_ascii=False))
        if KEY in texts:
            archive.writestr(ZipInfo(FILE), texts[KEY])
    return file.getvalue()


def add_to_saved_model(folder: Path, text: str) -> None:
    """Adds the text to a SavedModel's folder, where other programs look for files of one's own."""
    beside = folder / "assets.extra"
    beside.mkdir()
    (beside / FILE).write_text(text, encoding="utf-8")
