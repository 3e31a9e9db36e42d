"""How soon the console shows its first frame, beside a blank Textual app and, where there is one, beside harlequin.

    python -m tests.bench.bench_console_start [--rounds 9] [--harlequin VENV/bin/harlequin]

All are opened in turn, each in a process and on a terminal of its own, so that what else the machine does hits all
of them alike. The first frame is out when the last line of the terminal has been written. Processor time is told as
well; on a busy machine it holds some of what comes after the frame, until that is noticed here. Prints one JSON object.
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

from tests.bench.first_frames import BLANK, CONSOLE, Taken, first_frame

_TIMES_BLANK, _OF_HARLEQUIN = 1.3, 0.5


def harlequin(program: Path, folder: str) -> str:
    """A Python program that becomes harlequin, in its own environment, on an empty database."""
    home = f"{folder}/harlequin"
    return (
        "import os\n"
        f"os.makedirs({home!r}, exist_ok=True)\n"
        "for name in ('PYTHONPATH', 'PYTHONPYCACHEPREFIX'):\n    os.environ.pop(name, None)\n"
        f"os.environ.update(HOME={home!r})\n"
        f"os.execv({str(program)!r}, [{str(program)!r}, ':memory:'])\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--harlequin", type=Path, help="its program, in an environment of its own")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "driftguard.toml").write_text(
            '[[source]]\nname = "state"\nkind = "terraform_state"\npath = "*.tfstate"\n'
        )
        programs = {"blank": (BLANK, b""), "console": (CONSOLE, b"Overview")}
        if options.harlequin is not None:
            programs["harlequin"] = (harlequin(options.harlequin.absolute(), folder), b"")
        taken: dict[str, list[Taken]] = {name: [] for name in programs}
        for number in range(options.rounds + 1):
            for name, (program, holds) in programs.items():
                frame = first_frame(program, folder, holds)
                if number:  # the first round compiles and warms the disk's cache
                    taken[name].append(frame)
    medians = {name: Taken(*map(statistics.median, zip(*frames, strict=True))) for name, frames in taken.items()}
    console = medians.pop("console")
    ratios = {name: console.clock / each.clock for name, each in medians.items()}
    limits = {"blank": _TIMES_BLANK, "harlequin": _OF_HARLEQUIN}
    told = {
        "rounds": options.rounds,
        "median_seconds": {name: round(each.clock, 3) for name, each in {"console": console, **medians}.items()},
        "median_processor_seconds": {
            name: round(each.processor, 3) for name, each in {"console": console, **medians}.items()
        },
        "ratios": {name: round(ratio, 2) for name, ratio in ratios.items()},
        "ratios_of_processor_time": {
            name: round(console.processor / each.processor, 2) for name, each in medians.items()
        },
        "limits": {name: limits[name] for name in ratios},
        "holds": all(ratio <= limits[name] for name, ratio in ratios.items()),
    }
    print(json.dumps(told, indent=1))
    if options.harlequin is None:
        print("not held against harlequin: give its program with --harlequin", file=sys.stderr)


if __name__ == "__main__":
    main()
