"""Build what people install or read into dist/, by name: wheel (and sdist), app."""

import sys

from environment import CHECKOUT, DEVELOPMENT, start

BUILDS = {
    "wheel": ["-m", "hatchling", "build"],
    "app": ["packaging/application/pack.py"],
}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in BUILDS:
        sys.exit(f"usage: {sys.argv[0]} {'|'.join(BUILDS)}")
    start(BUILDS[sys.argv[1]], needs_display=False, requirements=DEVELOPMENT, folder=CHECKOUT)
