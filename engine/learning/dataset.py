"""Drifts of generated estates as samples: the estates are written as bundles and scanned like any other.

What the models are taught is thus what they will see: also what a scan misses, mistakes or cannot know.
"""

import asyncio
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np
from msgspec import Struct

from engine import __version__
from engine.learning.disguise import disguised
from engine.model import Attribution, Category, Difference
from ml.case import Case
from ml.evidence import vocabulary
from ml.features import feature_names, features_of
from ml.scenarios import PoolName, Truth, generate
from ml.scenarios.processes import PROCESSES
from ml.signals import see
from ml.sittings import sittings_of
from ml.training.samples import Samples, Texts, joined, read_samples, write_samples
from ml.transparent import opinion_of

#: Processes that no model learns from: two ways in which it may go, of causes that it knows by others.
KEPT_FOR_TEST = frozenset(
    {
        "traffic_moved",
        "tag_edited",
        "sizes_tried",
        "cluster_scaler",
        "secret_rotated",
        "partly_applied",
        "admin_rights_given",
    }
)
#: What an estate may lack of its evidence, in turn.
LACKS = (
    "cloudtrail",
    "records",
    "repos",
    "retention",
    "tickets",
    "kubernetes-audit",
    "prometheus",
    "gcp-audit",
    "azure-activity",
)
#: Where each pool's seeds begin, so that no two datasets share an estate.
_SEEDS: dict[PoolName, int] = {"training": 1_000_000, "validation": 2_000_000, "test": 3_000_000}

Tell = Callable[[int, int], None]


class Plan(Struct, frozen=True):
    """Which estates to generate.

    lacks: what each lacks of its evidence, one after the other and again from the start; empty for nothing. drifts,
    traffic: how many of them, and how many calls of ordinary days, in each. disguise: whether their texts are shuffled
    and their roles renamed before anybody looks.
    """

    pool: PoolName
    estates: int
    seed: int
    lacks: tuple[str, ...] = ("",)
    drifts: int = 40
    traffic: int = 4000
    disguise: bool = False

    @property
    def processes(self) -> tuple[str, ...]:
        """The processes that its drifts come of."""
        every = (process.__name__ for known in PROCESSES.values() for process in known)
        return tuple(name for name in every if self.pool == "test" or name not in KEPT_FOR_TEST)

    @property
    def file_name(self) -> str:
        """What its samples are kept as: another name when others would come of it now."""
        words = repr((self, __version__, feature_names(), _contents())).encode()
        return f"{self.pool}-{blake2b(words, digest_size=8).hexdigest()}.npz"


def every_third_lacks() -> tuple[str, ...]:
    """Two estates with all of their evidence, then one that lacks some, and so on through all that may lack."""
    return tuple(lack for each in LACKS for lack in ("", "", each))


def samples_for(plan: Plan, cache: Path | None = None, tell: Tell | None = None) -> Samples:
    """The samples of a plan: kept in the folder `cache`, if given, and read from there the next time.

    `tell` hears how many estates of how many are done. Raises ModelError when what is kept cannot be read.
    """
    kept = cache / plan.file_name if cache else None
    if kept is not None and kept.exists():
        return read_samples(kept)
    parts = []
    for number in range(plan.estates):
        parts.append(_estate(plan, number))
        if tell is not None:
            tell(number + 1, plan.estates)
    samples = joined(parts)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_samples(kept, samples)
    return samples


def _estate(plan: Plan, number: int) -> Samples:
    lack = plan.lacks[number % len(plan.lacks)]
    seed = _SEEDS[plan.pool] + plan.seed * 10_000 + number
    withheld = [lack] if lack else []
    scenario = generate(
        seed,
        pool=plan.pool,
        drifts=plan.drifts,
        traffic=plan.traffic,
        withheld=withheld,
        processes=plan.processes,
    )
    with tempfile.TemporaryDirectory() as folder:
        seen = _scanned(scenario.write(Path(folder) / "bundle"))
    known = [(truth, seen[key]) for truth in scenario.truth if (key := truth.address or truth.id) in seen]
    roles = np.random.default_rng(seed)
    rows = [(truth, *(disguised(one, roles) if plan.disguise else one)) for truth, one in known]
    return _samples(rows, f"{plan.pool}-{seed}", lack)


_Seen = tuple[Difference, Attribution, datetime]


def _scanned(bundle: Path) -> dict[str, _Seen]:
    """What the models would see of each drift, by its address, or its id where no code declares it."""
    from engine.config import bundle_config
    from engine.pipeline import scan

    seen: dict[str, _Seen] = {}

    def witness(difference: Difference, attribution: Attribution, at: datetime) -> None:
        seen[difference.resource.address or difference.resource.id] = (difference, attribution, at)

    asyncio.run(scan(bundle_config(bundle), witness=witness))
    return seen


def _samples(rows: Sequence[tuple[Truth, Difference, Attribution, datetime]], estate: str, lack: str) -> Samples:
    cases = [Case(difference, attribution, at, vocabulary()) for _, difference, attribution, at in rows]
    signals = [see(case) for case in cases]
    opinions = [opinion_of(each).distribution for each in signals]
    causes = list(Category)
    names = len(feature_names())
    features = [features_of(case, each) for case, each in zip(cases, signals, strict=True)]
    return Samples(
        features=np.array(features, dtype=np.float32).reshape(len(rows), names),
        evidence=np.array([[each[cause] for cause in causes] for each in opinions]).reshape(len(rows), len(causes)),
        causes=np.array([causes.index(truth.cause) for truth, *_ in rows], dtype=np.int8),
        processes=np.array([truth.process for truth, *_ in rows], dtype=str),
        estates=np.full(len(rows), estate),
        lacking=np.full(len(rows), lack),
        sittings=_sittings([attribution for _, _, attribution, _ in rows]),
        complete=np.array([truth.is_knowable for truth, *_ in rows], dtype=bool),
    )


def _sittings(attributions: Sequence[Attribution]) -> Texts:
    """The number of the sitting in which each was made; empty for none."""
    names = [""] * len(attributions)
    for number, places in enumerate(sittings_of(attributions)):
        for place in places:
            names[place] = str(number)
    return np.array(names, dtype=str)


def _contents() -> str:
    """A hash of all code and tables that a sample depends on."""
    digest = blake2b(digest_size=16)
    for package in ("ml", "ml.scenarios", "engine.correlate"):
        for entry in _tree(files(package), skip=("shipped", "ensemble", "training", "__pycache__")):
            digest.update(entry.read_bytes())
    return digest.hexdigest()


def _tree(folder: Traversable, skip: Collection[str]) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.name in skip:
            continue
        if entry.is_dir():
            yield from _tree(entry, skip)
        elif entry.name.endswith((".py", ".toml")):
            yield entry
