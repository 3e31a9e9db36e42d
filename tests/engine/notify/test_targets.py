"""Who is told of what is said in the configuration, and what is wrong with it is said by key."""

from datetime import time
from pathlib import Path

import pytest

from engine.config import bundle_config, load_config
from engine.errors import ConfigError
from engine.model import Level
from tests.support.small_bundle import write_bundle

OPS = '[[notify]]\nname = "ops"\nurl = "keyring:driftguard/ops"\n'


def config_of(folder: Path, text: str) -> Path:
    file = folder / "driftguard.toml"
    file.write_text(text)
    return file


def test_a_target_in_full(tmp_path: Path) -> None:
    more = 'least = "high"\nrules = ["alarm"]\nper_hour = 3\nmask = true\n'
    quiet = 'quiet = { from = "22:30", until = "07:00", zone = "Europe/Berlin" }\n'
    [ops] = load_config(config_of(tmp_path, OPS + more + quiet)).notify
    assert (ops.name, ops.url, ops.least, ops.rules) == ("ops", "keyring:driftguard/ops", Level.HIGH, ("alarm",))
    assert (ops.per_hour, ops.mask) == (3, True)
    assert ops.quiet is not None
    assert (ops.quiet.start, ops.quiet.end, str(ops.quiet.zone)) == (time(22, 30), time(7), "Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[notify]]\nname = "x"\nurl = "slack://T0K3N/x"\n',
            "notify[0].url: holds a secret, which is not written here",
        ),
        ('[[notify]]\nname = "x"\n', "notify[0].url: is missing"),
        (OPS + OPS, 'notify[1].name: "ops" is the name of another target already'),
        (OPS + "per_hour = 0\n", "notify[0].per_hour: is 0; give 1 or more"),
        (OPS + 'least = "grave"\n', "notify[0].least: expected one of low, medium, high, critical"),
        (OPS + 'quiet = { from = "7", until = "9:00" }\n', "notify[0].quiet.from: expected a time of day"),
        (OPS + 'quiet = { from = "07:00", until = "08:00", zone = "Mars" }\n', 'notify[0].quiet.zone: "Mars" is not a'),
        (OPS + 'quiet = { from = "07:00" }\n', "notify[0].quiet.until: is missing"),
        (OPS + "loud = true\n", "notify[0].loud: is not a setting"),
    ],
)
def test_what_is_wrong_with_one(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(config_of(tmp_path, text))
    assert said in str(caught.value)
    assert "T0K3N" not in str(caught.value)


def test_a_bundle_tells_nobody(tmp_path: Path) -> None:
    write_bundle(tmp_path)
    config_of(tmp_path, OPS)
    assert bundle_config(tmp_path).notify == ()
