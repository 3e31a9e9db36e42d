"""`driftguard demo` where there is no terminal."""

from pathlib import Path

import platformdirs

from tests.support.command import driftguard


def test_the_demo_prints_its_drifts_and_leaves_the_users_store_alone(tmp_path: Path) -> None:
    status, out, _ = driftguard("demo")
    assert status == 2
    assert len(out.splitlines()) > 15
    for kind in ("modified", "missing", "unmanaged"):
        assert f"  {kind}  " in out
    assert "failed" not in out
    assert not (platformdirs.user_data_path("driftguard") / "ledger.sqlite").exists()
