"""Registration of the program's own entries.

One table tells, for each category, the modules that define the functions of its entries.
"""

from dataclasses import replace
from typing import Any

from cadl_desktop.experiment.registry import Category, Entry, register

_OF_LAYERS = {
    "computes": "engine.network.layers",
    "script": "export.script.layer_code",
    "exported": "export.networks.network_graph",
}
_OF_SCALINGS = {"computes": "data.scaling", "script": "export.script.data_cells"}
_PLACES: dict[Category, dict[str, str]] = {
    "encoding": {
        "computes": "engine.network.encodings",
        "script": "export.script.encoding_code",
        "exported": "export.networks.network_encodings",
    },
    "layer": _OF_LAYERS,
    "output": _OF_LAYERS,
    "activation": {
        "computes": "engine.network.layers",
        "script": "export.script.layer_code",
        "exported": "export.networks.network_graph",
        "curve": "experiment.catalog.icon_curves",
    },
    "initialiser": {
        "computes": "engine.network.initialisers",
        "script": "export.script.layer_code",
        "curve": "experiment.catalog.icon_curves",
    },
    "cost": {"computes": "engine.training.cost_functions", "script": "export.script.optimizer_code"},
    "optimizer": {"computes": "engine.training.optimizers", "script": "export.script.optimizer_code"},
    "schedule": {"computes": "data.schedules", "script": "export.script.optimizer_code"},
    "input_scaling": _OF_SCALINGS,
    "target_scaling": _OF_SCALINGS,
}


def ship(category: Category, *entries: Entry) -> None:
    """Registers entries whose `computes` is the name of a function that each of the category's modules in
    `_PLACES` defines; or a full reference 'module:function', where it is defined elsewhere."""
    for entry in entries:
        _, is_reference, function = entry.computes.rpartition(":")
        references: dict[str, Any] = {
            field: f"cadl_desktop.{module}:{function}" for field, module in _PLACES.get(category, {}).items()
        }
        if is_reference:
            references["computes"] = entry.computes
        register(category, replace(entry, **references))
