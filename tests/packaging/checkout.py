"""A checkout of its own, with as little in it as the set-up needs, and an interpreter that only pretends."""

import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = (
    "packaging/environment.py",
    "packaging/libraries.py",
    "packaging/processes.py",
    "packaging/run.py",
    "packaging/systems.py",
    "packaging/test.py",
    "cadl_desktop/cli/commands.py",
)
LOCK = "one==1.0\ntwo==2.0\n"
WITH_TOOLS = f"{LOCK}tool==3.0\n"

# Runs a script of the checkout as a person would at a terminal, on a machine of which the test says what it
# lacks. What a script's shell starts in the background hears no Ctrl-C, and with the tests so would this.
DRIVER = """
import runpy, signal, sys
sys.path.insert(0, "packaging")
import environment, libraries
signal.signal(signal.SIGINT, signal.default_int_handler)
{changes}
libraries.has_fonts = lambda: True
sys.executable, sys.argv = {interpreter!r}, {words!r}
runpy.run_path(sys.argv[0], run_name="__main__")
"""

INTERPRETER = """#!/bin/sh
PATH=/usr/bin:/bin
case "$*" in
  *version_info*) echo 3 11 ;;
  *"import venv, ensurepip"*) [ -z "$WITHOUT_VENV" ] ;;
  "-I -m venv "*) mkdir -p "$4/bin" "$4/lib/python3.11/site-packages" && cp "$0" "$4/bin/python" ;;
  *" pip install "*)
    echo "pip $PIP" >&2
    case "$PIP" in
      "has no network") exit 1 ;;
      "hangs") exec sleep 60 ;;
    esac
    mkdir -p "$(dirname "$0")/../lib/python3.11/site-packages/one"
    touch "$(dirname "$0")/../lib/python3.11/site-packages/one/file.py" ;;
  *" pip uninstall "*) rm -r "$(dirname "$0")/../lib/python3.11/site-packages/"tensorflow* ;;
  "-I -m compileall -q "*) touch "$5/compiled" ;;
  *) echo "started $*" ;;
esac
"""


@dataclass
class Checkout:
    """`path` holds the scripts; only the commands in `commands` are found beside the system's own `env`."""

    path: Path
    lacks: dict[str, str] = field(default_factory=dict)  # library to Debian's package
    changes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in FILES:
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.path / name)
        (self.path / "packaging" / "requirements.lock").write_text(LOCK)
        (self.path / "packaging" / "development.lock").write_text(WITH_TOOLS)
        self.commands = self.path.parent / "commands"
        self.commands.mkdir()
        self.command("python3.11", INTERPRETER)

    def command(self, name: str, script: str) -> None:
        """Puts a command on the PATH."""
        path = self.commands / name
        path.write_text(script)
        path.chmod(0o755)

    def has_apt(self, script: str) -> None:
        """apt-get, and the right to use it whoever runs the tests."""
        (self.commands / "env").symlink_to(shutil.which("env") or "/usr/bin/env")
        self.command("sudo", '#!/bin/sh\n[ "$1" = -n ] && shift\nexec "$@"\n')
        self.command("true", "#!/bin/sh\n")
        self.command("apt-get", f"#!/bin/sh\n{script}\n")

    @property
    def environment(self) -> Path:
        return self.path / ".venv"

    def start(self, script: str, *words: str, **variables: str) -> subprocess.Popen[str]:
        changes = [f"libraries.LIBRARIES = {self.lacks!r}", *self.changes]
        code = DRIVER.format(
            changes="\n".join(changes),
            interpreter=str(self.commands / "python3.11"),
            words=[f"packaging/{script}", *words],
        )
        return subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=self.path,
            env={"PATH": str(self.commands), "HOME": str(self.path), "PIP": "installs", **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, script: str, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        with self.start(script, *words, **variables) as process:
            output, errors = process.communicate(timeout=60)
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def sentences(errors: str) -> list[str]:
    """Lines that the set-up has printed itself, and those of a Python error in it."""
    assert "Traceback" not in errors
    begin = "cadl_desktop: "
    return [line.removeprefix(begin) for line in errors.splitlines() if line.startswith(begin)]
