"""How long it takes to follow the chain of a large audit log: a million entries.

    python -m tests.bench.bench_audit --entries 1000000

The log is written as the steps of change requests write it. Prints one JSON object, in seconds of the clock and of the
processor, with the most memory that was used.
"""

import argparse
import itertools
import json
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from msgspec import structs
from sqlalchemy import create_engine, insert

from engine.store.audit import AuditEntry, next_entry
from engine.store.files import LEDGER
from engine.store.ledger import Ledger
from engine.store.ledger_tables import AuditRow
from tests.support.samples import NOON

_AT_A_TIME = 20_000


def entries(number: int) -> Iterator[AuditEntry]:
    """A log of so many steps, a second apart."""
    last = None
    for index in range(number):
        said = {
            "resource": f"module.web.aws_security_group.front_{index % 997}", "drift": f"{index:012x}",
            "plan": f"{index:064x}", "comment": "looked at it with anna, it may go", "role": "admin", "alone": False,
        }  # fmt: skip
        at = NOON + timedelta(seconds=index, microseconds=index % 1_000_000)
        last = next_entry(last, at, f"person-{index % 50}", "request.approve", f"{index:012x}", said)
        yield last


def measure(number: int, folder: Path) -> dict[str, Any]:
    """Writes a log and follows it."""
    Ledger.open(folder).close()
    engine = create_engine(
        f"sqlite:///{folder / LEDGER}", json_serializer=lambda value: json.dumps(value, separators=(",", ":"))
    )
    with engine.begin() as connection:
        log = entries(number)
        while batch := [structs.asdict(entry) for entry in itertools.islice(log, _AT_A_TIME)]:
            connection.execute(insert(AuditRow), batch)
    engine.dispose()
    with closing(Ledger.open(folder)) as ledger:
        clock, processor = time.perf_counter(), time.process_time()
        verdict = ledger.verify_audit()
        clock, processor = time.perf_counter() - clock, time.process_time() - processor
    return {
        "entries": verdict.entries,
        "intact": verdict.intact,
        "seconds": round(clock, 2),
        "processor_seconds": round(processor, 2),
        "megabytes_of_memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "megabytes_of_ledger": (folder / LEDGER).stat().st_size // 2**20,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(parser.parse_args().entries, Path(folder))))
