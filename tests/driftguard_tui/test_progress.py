"""How far a scan is, how fast it goes, and how long it still takes."""

from driftguard_tui.pace import Pace
from driftguard_tui.progress import ScanProgress
from driftguard_tui.session import Source
from driftguard_tui.widgets.lines import Line
from engine.model import SourceRole
from engine.pipeline import Progress


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def text(line: Line) -> str:
    return "".join(span.text for span in line)


SOURCES = (Source("state", "terraform_state", SourceRole.DECLARED), Source("prod", "aws", SourceRole.ACTUAL))


def test_a_rate_is_that_of_the_last_seconds() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert pace.rate is None
    for second in range(30):
        clock.now += 1
        pace.reached((second + 1) * 100 if second < 15 else 1500 + (second - 14) * 10)
    assert pace.rate is not None
    assert 9 <= pace.rate <= 15, "the fast beginning is forgotten"
    assert pace.left(1650 + 120) is not None
    assert 8 <= (pace.left(1650 + 120) or 0) <= 14
    assert pace.left(None) is None
    assert pace.left(10) == 0


def test_before_a_second_has_passed_a_rate_means_nothing() -> None:
    clock = Clock()
    pace = Pace(clock)
    clock.now += 0.5
    pace.reached(1_000_000)
    assert pace.rate is None


def test_the_remaining_time_is_told_where_it_is_known_how_much_there_was() -> None:
    clock = Clock()
    scan = ScanProgress(SOURCES, clock)
    scan.expect({"state": 100, "prod": 10_000})
    scan.told(Progress("collect", "state", 0))
    scan.told(Progress("collect", "prod", 0))
    clock.now += 2
    scan.told(Progress("collect", "state", 120, done=True))
    scan.told(Progress("collect", "prod", 1_880))
    assert text(scan.summary()) == "… reading the sources  1 of 2 read, 2,000 records, 1,000/s, 8 s left  prod"
    assert scan.took == {"state": 2.0}
    assert [text(line) for line in scan.table(60)][2:] == [
        "✓ state  120 records",
        "· prod   1,880 records  ━━──────────",
    ]


def test_a_source_that_was_never_read_leaves_the_end_open() -> None:
    clock = Clock()
    scan = ScanProgress(SOURCES, clock)
    scan.expect({"state": 100})
    clock.now += 2
    scan.told(Progress("collect", "state", 40))
    assert "20/s" in text(scan.summary())
    assert "left" not in text(scan.summary())


def test_more_than_there_was_does_not_confuse_it() -> None:
    clock = Clock()
    scan = ScanProgress(SOURCES, clock)
    scan.expect({"state": 1, "prod": 1})
    clock.now += 1
    scan.told(Progress("collect", "prod", 5_000))
    assert "0 s left" in text(scan.summary())
    assert "━" * 12 in text(scan.table(80)[3])


def test_waiting_reading_and_read_are_told_apart() -> None:
    scan = ScanProgress(SOURCES, Clock())
    assert [text(line).split()[-1] for line in scan.table(60)[2:]] == ["waiting", "waiting"]
    scan.told(Progress("collect", "state", 0))
    assert text(scan.table(60)[2]).endswith("reading")
    scan.told(Progress("collect", "state", 0, done=True))
    assert text(scan.table(60)[2]).endswith("0 records")
    scan.told(Progress("compare"))
    assert text(scan.summary()) == "… comparing"
