"""`cadl-desktop completion`, and what its script asks the program at every TAB, through argcomplete.

Imports the parser of one command only, as an answer has to come within half a second.
"""

import argparse
import os
from collections.abc import Sequence
from typing import get_args

from argcomplete import autocomplete
from argcomplete.completers import BaseCompleter, FilesCompleter
from argcomplete.lexers import split_line
from argcomplete.shell_integration import shellcode

from cadl_desktop.cli.arguments import ALL_LESSONS, PROGRAM, make_parser
from cadl_desktop.cli.commands import WITHOUT_WINDOW
from cadl_desktop.cli.output import Exit, print_result
from cadl_desktop.experiment.catalog import Category, entries
from cadl_desktop.experiment.paths import choice_paths, plain_settings, settings_path
from cadl_desktop.experiment.presets import preset_names
from cadl_desktop.experiment.registry import load_reference

_HELP = f"""\
For this shell, and for all later ones by a line in ~/.bashrc, ~/.zshrc or ~/.config/fish/config.fish:
  eval "$({PROGRAM} completion bash)"
  eval "$({PROGRAM} completion zsh)"
  {PROGRAM} completion fish | source
"""
_PARSERS = {
    "": "cadl_desktop.cli.arguments:window_parser",
    "train": "cadl_desktop.cli.arguments:train_parser",
    "sweep": "cadl_desktop.cli.sweeping.sweep_options:sweep_parser",
    "worker": "cadl_desktop.cli.sweeping.sweep_options:worker_parser",
    "certificates": "cadl_desktop.cli.sweeping.certificates_command:certificates_parser",
    "export": "cadl_desktop.cli.completion_command:full_export_parser",
    "lesson": "cadl_desktop.cli.arguments:lesson_parser",
    "painters": "cadl_desktop.cli.painters_command:painters_parser",
    "thumbnail": "cadl_desktop.cli.thumbnail_command:thumbnail_parser",
    "list": "cadl_desktop.cli.arguments:list_parser",
    "completion": "cadl_desktop.cli.completion_command:completion_parser",
}
"""Function that makes the parser of each command, as a reference; that of the window has no name."""
_FILES = ("FILE", "DIR", "EXPERIMENT", "PROJECT", "PNG", "PICTURE", "OTHER")
"""Metavariables of arguments that may be files or folders."""
_FILE_SETTINGS = ("data.image", "data.mask", "data.points")
_START_OF_ZSH = "type compdef > /dev/null 2>&1 || { autoload -Uz compinit; compinit; }\n"


def completion_parser() -> argparse.ArgumentParser:
    parser = make_parser(
        f"{PROGRAM} completion", "Prints a script by which a shell completes these commands.", _HELP
    )
    parser.add_argument("shell", metavar="SHELL", choices=("bash", "zsh", "fish"), help="bash, zsh or fish")
    return parser


def run_completion(arguments: list[str]) -> int:
    """Prints the script and returns the exit code. Named in `commands.py`."""
    shell = completion_parser().parse_args(arguments).shell
    script = shellcode([PROGRAM], shell=shell)
    print_result(_START_OF_ZSH + script if shell == "zsh" else script)
    return Exit.DONE


def complete_line() -> None:
    """Prints what completes the line that the script puts into the environment, and ends the process."""
    line, cursor = os.environ["COMP_LINE"], int(os.environ["COMP_POINT"])
    words = split_line(line, cursor)[3]
    command = words[1] if len(words) > 1 and words[1] in WITHOUT_WINDOW else ""
    if command:
        os.environ["_ARGCOMPLETE"] = "2"  # the parser's arguments begin behind the second word
    parser: argparse.ArgumentParser = load_reference(_PARSERS[command])()
    for action in parser._actions:
        if action.dest in ("set", "vary"):
            action.nargs, action.type = "+", None  # as further settings may follow
    autocomplete(parser, always_complete_options=False, default_completer=_ValueCompleter())


def full_export_parser() -> argparse.ArgumentParser:
    """Parser of `export` with the options of all exports."""
    from cadl_desktop.cli.export_command import export_parser
    from cadl_desktop.export.exports import EXPORTS

    parser = export_parser()
    for option in {option.name: option for entry in EXPORTS for option in entry.options}.values():
        name, words = f"--{option.name}", option.help.replace("%", "%%")
        if option.kind == "bool":
            parser.add_argument(name, action="store_true", help=words)
        else:
            parser.add_argument(name, choices=option.choice_names() or None, help=words)
    return parser


class _ValueCompleter(BaseCompleter):
    """Completes values of arguments for which their parser has no choices."""

    def __call__(self, *, prefix: str, action: argparse.Action, **_: object) -> list[str]:
        name = action.option_strings[-1] if action.option_strings else str(action.metavar)
        setting, equals, value = prefix.partition("=")
        if name in ("--set", "--vary"):
            if equals and setting in _FILE_SETTINGS:
                return [f"{setting}={file}" for file in _files(value)]
            return _settings()
        return [*_names(name), *(_files(prefix) if action.metavar in _FILES else ())]


def _files(prefix: str) -> list[str]:
    """Files and folders; none where bash or zsh is to expand the name, as argcomplete would quote that."""
    is_expanded = "$" in prefix or prefix.startswith("~")
    if is_expanded and os.environ.get("_ARGCOMPLETE_SHELL") != "fish":
        return []
    return FilesCompleter()(prefix)


def _names(argument: str) -> Sequence[str]:
    """Names that the program has for the values of an option, or of an argument by its metavariable."""
    match argument:
        case "FILE":  # of the window
            return [*WITHOUT_WINDOW, *preset_names()]
        case "EXPERIMENT" | "--preset":
            return preset_names()
        case "--what":
            from cadl_desktop.export.exports import EXPORTS

            return [entry.name for entry in EXPORTS]
        case "LESSON":
            from cadl_desktop.lessons.page_list import PAGES

            return [*(str(number) for number, page in enumerate(PAGES, 1) if page.begin), ALL_LESSONS]
    return []


def _settings() -> list[str]:
    """Beginnings of settings, those of every kind that can be chosen included; choices with their values."""
    words = [f"{path}=" for path in plain_settings()]
    for category in get_args(Category):
        known = entries(category)
        words += [f"{path}={name}" for path in choice_paths(category) for name in known]
        if path := settings_path(category):
            parameters = [parameter for entry in known.values() for parameter in entry.parameters]
            words += [f"{path}.{each.name}=" for each in parameters if not isinstance(each.choices, str)]
    return [*dict.fromkeys(words)]
