"""`driftguard demo`, where there is a terminal and where there is none."""

from pathlib import Path

import platformdirs

from tests.support.command import driftguard
from tests.support.terminal import Terminal


def test_the_demo_prints_its_drifts_and_leaves_the_users_store_alone(tmp_path: Path) -> None:
    status, out, _ = driftguard("demo")
    assert status == 2
    assert len(out.splitlines()) > 15
    for kind in ("modified", "missing", "unmanaged"):
        assert f"  {kind}  " in out
    assert "failed" not in out
    assert not (platformdirs.user_data_path("driftguard") / "ledger.sqlite").exists()


def test_the_demo_opens_the_console_on_a_terminal() -> None:
    with Terminal("demo") as terminal:
        terminal.read_until(lambda shown: "drifts" in shown and "payments" in shown)
        terminal.press("q")
        assert terminal.status() == 0
