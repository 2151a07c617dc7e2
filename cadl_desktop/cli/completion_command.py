"""`cadl-desktop completion`: prints a script by which a shell completes the command line."""

import argparse
from collections.abc import Iterator
from typing import NamedTuple, get_args

from cadl_desktop.cli.arguments import (
    PROGRAM,
    lesson_parser,
    list_parser,
    make_parser,
    train_parser,
    window_parser,
)
from cadl_desktop.cli.commands import WITHOUT_WINDOW
from cadl_desktop.cli.export_command import export_parser
from cadl_desktop.cli.lesson_command import ALL
from cadl_desktop.cli.output import Exit, print_result
from cadl_desktop.cli.painters_command import painters_parser
from cadl_desktop.cli.sweeping.certificates_command import certificates_parser
from cadl_desktop.cli.sweeping.sweep_options import sweep_parser, worker_parser
from cadl_desktop.cli.thumbnail_command import thumbnail_parser
from cadl_desktop.experiment.catalog import Category, entries
from cadl_desktop.experiment.paths import choice_paths, plain_settings, settings_path
from cadl_desktop.experiment.presets import preset_names
from cadl_desktop.export.exports import EXPORTS
from cadl_desktop.lessons.page_list import PAGES

_HELP = f"""\
For this shell, and for all later ones by a line in ~/.bashrc, ~/.zshrc or ~/.config/fish/config.fish:
  eval "$({PROGRAM} completion bash)"
  eval "$({PROGRAM} completion zsh)"
  {PROGRAM} completion fish | source
"""
_FILES = ("FILE", "DIR", "EXPERIMENT", "PROJECT", "PNG", "PICTURE", "OTHER")
"""Metavariables of arguments that may be files or folders."""
_TAKE_SETTINGS = ("--set", "--vary")


class _Completion(NamedTuple):
    """Words that complete an option, or an argument, whose `option` is empty."""

    option: str
    takes_value: bool
    values: tuple[str, ...]
    is_file: bool
    help: str


def completion_parser() -> argparse.ArgumentParser:
    parser = make_parser(
        f"{PROGRAM} completion", "Prints a script by which a shell completes these commands.", _HELP
    )
    parser.add_argument("shell", metavar="SHELL", choices=("bash", "zsh", "fish"), help="bash, zsh or fish")
    return parser


def run_completion(arguments: list[str]) -> int:
    """Prints the script and returns the exit code. Named in `commands.py`."""
    shell = completion_parser().parse_args(arguments).shell
    commands = {name: [*_completions(name, parser)] for name, parser in _parsers().items()}
    print_result(_fish_script(commands) if shell == "fish" else _bash_script(commands))
    return Exit.DONE


def _parsers() -> dict[str, argparse.ArgumentParser]:
    """Parser of each command; that of the window has no name."""
    return {
        "": window_parser(),
        "train": train_parser(),
        "sweep": sweep_parser(),
        "worker": worker_parser(),
        "certificates": certificates_parser(),
        "export": export_parser(),
        "lesson": lesson_parser(),
        "painters": painters_parser(),
        "thumbnail": thumbnail_parser(),
        "list": list_parser(),
        "completion": completion_parser(),
    }


def _completions(command: str, parser: argparse.ArgumentParser) -> Iterator[_Completion]:
    presets, settings = tuple(preset_names()), tuple(_settings())
    known = {
        "EXPERIMENT": presets,
        "--preset": presets,
        **dict.fromkeys(_TAKE_SETTINGS, settings),
        "--what": tuple(entry.name for entry in EXPORTS),
        "LESSON": (*(str(number) for number, page in enumerate(PAGES, 1) if page.begin), ALL),
    }
    if not command:
        known["FILE"] = (*WITHOUT_WINDOW, *presets)
    for action in parser._actions:
        option = action.option_strings[-1] if action.option_strings else ""
        metavar = str(action.metavar or "")
        choices = known.get(option or metavar) or tuple(map(str, action.choices or ()))
        words = (action.help or "").replace("%%", "%")
        yield _Completion(option, action.nargs != 0, choices, metavar in _FILES, words)
    if command == "export":
        options = {option.name: option for entry in EXPORTS for option in entry.options}
        for name, of_export in options.items():
            # A word with a space would need quotes, in each shell in another way.
            choices = tuple(choice for choice in of_export.choice_names() if " " not in choice)
            yield _Completion(f"--{name}", of_export.kind != "bool", choices, False, of_export.help)


def _settings() -> list[str]:
    """Beginnings of settings, those of every kind that can be chosen included; choices with their values."""
    words = [f"{path}=" for path in plain_settings()]
    for category in get_args(Category):
        known = entries(category)
        words += [f"{path}={name}" for path in choice_paths(category) for name in known if " " not in name]
        if path := settings_path(category):
            parameters = [parameter for entry in known.values() for parameter in entry.parameters]
            words += [f"{path}.{each.name}=" for each in parameters if not isinstance(each.choices, str)]
    return [*dict.fromkeys(words)]


_BASH = """\
_cadl_desktop() {
  local current="${COMP_WORDS[COMP_CWORD]}" at=$COMP_CWORD command= before= option= name= word= words= files=
  local IFS=$'\\n'
  [ "$at" -gt 1 ] && command="${COMP_WORDS[1]}"
  # bash, unlike zsh, takes the '=' of NAME=VALUE for a word.
  [ "$current" = = ] && { current=; at=$((at + 1)); }
  [ "$at" -gt 2 ] && [ "${COMP_WORDS[at-1]}" = = ] && { at=$((at - 2)); name="${COMP_WORDS[at]}="; }
  before="${COMP_WORDS[at-1]}"
  case "$name" in --*) before="${name%%=}"; name= ;; esac
  current="$name$current"
  for word in "${COMP_WORDS[@]:0:$at}" "$before"; do case "$word" in --*) option="$word" ;; esac; done
  case "$command $before" in
%s
  *)
    case "$command $current" in
%s
    esac ;;
  esac
  case "$option" in --set|--vary) words="$words"$'\\nSETTINGS' ;; esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  COMPREPLY=("${COMPREPLY[@]#"$name"}")
  case "$name" in data.image=|data.mask=|data.points=) files=1; current="${current#*=}" ;; esac
  if [ -n "$files" ]; then
    COMPREPLY+=($(compgen -f -- "$current"))
    type compopt > /dev/null 2>&1 && compopt -o filenames
  fi
  case "${COMPREPLY[*]}" in *=) type compopt > /dev/null 2>&1 && compopt -o nospace ;; esac
  return 0
}
if [ -n "${ZSH_VERSION-}" ]; then
  type compdef > /dev/null 2>&1 || { autoload -Uz compinit; compinit; }
  autoload -Uz bashcompinit
  bashcompinit
fi
complete -F _cadl_desktop PROGRAM"""


def _bash_script(commands: dict[str, list[_Completion]]) -> str:
    """Script for bash, and for zsh by what that has for scripts of bash."""
    after_option, others = [], []
    for command, completions in commands.items():
        options = [each.option for each in completions if each.option]
        for each in completions:
            if each.option and each.takes_value:
                values = () if each.option in _TAKE_SETTINGS else each.values
                after_option.append(f'  "{command} {each.option}") {_assigned(values, each.is_file)} ;;')
        others.append(f'    "{command} -"*) {_assigned(options, is_file=False)} ;;')
        others += [
            f'    "{command} "*) {_assigned(each.values, each.is_file)} ;;'
            for each in completions
            if not each.option
        ]
    script = _BASH % ("\n".join(after_option), "\n".join(others))
    return script.replace("PROGRAM", PROGRAM).replace("SETTINGS", "\\n".join(_settings()))


def _assigned(words: list[str] | tuple[str, ...], is_file: bool) -> str:
    assigned = ["words=$'" + "\\n".join(words) + "'"] if words else []
    return "; ".join([*assigned, *(["files=1"] if is_file else [])]) or ":"


def _fish_script(commands: dict[str, list[_Completion]]) -> str:
    lines = [f"complete -c {PROGRAM} -f"]
    for command, completions in commands.items():
        seen = f"__fish_seen_subcommand_from {command}" if command else "__fish_use_subcommand"
        for each in completions:
            words = [f"complete -c {PROGRAM} -n '{seen}'"]
            if each.option:
                words.append(f"-l {each.option.removeprefix('--')} -d {_quoted(each.help)}")
            if each.values:
                words.append(f"-a {_quoted(' '.join(each.values))}")
            if each.option and each.takes_value:
                words.append("-r")
            words.append("-F" if each.is_file else "-f")
            lines.append(" ".join(words))
    return "\n".join(lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
