"""Tests see neither the developer's configuration nor their credentials, and never the world outside."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.support.moto_server", "tests.support.postgres", "tests.support.places"]

# How long an example takes says how busy the machine is, not whether the property holds.
settings.register_profile("driftguard", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("driftguard")

# Tests share the processors already: threads of a model would only wait, busily, for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")

_HIDDEN_PREFIXES = ("AWS_", "DRIFTGUARD_", "GOOGLE_", "GEMINI_", "AZURE_", "KUBE", "TF_", "GIT_", "VAULT_")
_HIDDEN = (
    "NO_COLOR", "COLORTERM", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY",
)  # fmt: skip


@pytest.fixture(autouse=True, scope="session")
def _hide_developer_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Points every configuration folder at an empty one and drops credentials from the environment."""
    home: Path = tmp_path_factory.mktemp("home")
    patch = pytest.MonkeyPatch()
    for name in list(os.environ):
        if name.startswith(_HIDDEN_PREFIXES) or name in _HIDDEN:
            patch.delenv(name)
    for name, folder in {
        "HOME": "",
        "XDG_CONFIG_HOME": ".config",
        "XDG_DATA_HOME": ".local/share",
        "XDG_CACHE_HOME": ".cache",
        "XDG_STATE_HOME": ".local/state",
    }.items():
        patch.setenv(name, str(home / folder))
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    patch.setenv("AWS_CONFIG_FILE", str(home / "aws-config"))
    patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(home / "aws-credentials"))
    patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    patch.setenv("TERM", "xterm-256color")
    patch.setenv("TZ", "UTC")
    yield
    patch.undo()
