"""`python -m driftguard_tui.demo FOLDER` writes the demo bundle by hand."""

import sys
from pathlib import Path

from driftguard_tui.demo import build_demo


def main(arguments: list[str]) -> int:
    """Writes the bundle and prints where it is."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        sys.stderr.write("usage: python -m driftguard_tui.demo FOLDER\n")
        return 2
    sys.stdout.write(f"{build_demo(Path(arguments[0]))}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
