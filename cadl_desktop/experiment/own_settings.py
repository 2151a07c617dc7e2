"""Settings of an experiment that are somebody's own: other than its preset would have."""

from functools import lru_cache

from msgspec.structs import replace

from cadl_desktop.experiment.catalog import entries
from cadl_desktop.experiment.edits import preset_of, with_preset
from cadl_desktop.experiment.model import Experiment
from cadl_desktop.experiment.presets import DEFAULT_CURVE, DEFAULT_PAINTING, preset
from cadl_desktop.experiment.setting_descriptions import describe_settings, explicit_settings
from cadl_desktop.experiment.shapes import is_painting


@lru_cache(maxsize=4)
def own_settings(experiment: Experiment) -> frozenset[str]:
    """Returns the paths of settings with other values than the preset has, for these data and as it is
    shipped; of data also than the catalog has. Those that follow the method are never somebody's own. An
    experiment of no preset is compared with the default one; one with unknown parts has none."""
    try:
        name = preset_of(experiment) or (DEFAULT_PAINTING if is_painting(experiment) else DEFAULT_CURVE)
        shipped, usual = preset(name), with_preset(experiment, name)
    except (KeyError, ValueError):
        return frozenset()
    data = entries("dataset")[experiment.data.kind].part()
    usual = replace(usual, data=data, validation=shipped.validation)
    found = [describe_settings(each) for each in (shipped, usual)]
    typed = explicit_settings(experiment, describe_settings(experiment))
    return frozenset(path for path, words in typed.items() if all(words != each.get(path) for each in found))
