"""Which backend answers: the one place that decides whether anything may leave this machine."""

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from engine.assistant.analyst import Analyst
from engine.assistant.settings import AssistantSettings, BackendName
from engine.errors import ConfigError
from engine.loopback import LOOPBACK

if TYPE_CHECKING:
    from engine.assistant.conversation import Backend
    from engine.assistant.remote.model import Model

_GEMINI = "gemini-2.5-flash"
#: Where Google's own tools look for a key.
_KEYS = ("GEMINI_API_KEY", "GOOGLE_API_KEY")


class _Instead(Analyst):
    """The analyst, since what is configured cannot be asked."""

    def __init__(self, why: str) -> None:
        self.says = f"{Analyst.says} ({why})"


def backend_for(
    settings: AssistantSettings,
    resolve: Callable[[str], str],
    *,
    user: str = "",
    asked_for: BackendName | None = None,
    environ: Mapping[str, str] = os.environ,
) -> "Backend":
    """What answers. `resolve` gives the secret of a reference; `asked_for` is what this question wants.

    Where what is configured cannot be asked, it is the analyst, which says why. Raises ConfigError when that is so of
    what was asked for.
    """
    name = asked_for or settings.backend
    if name is BackendName.BUILT_IN:
        return Analyst()
    try:
        model = _model(name, settings, resolve, environ)
    except ConfigError as error:
        if asked_for is not None:
            raise
        return _Instead(str(error))
    from engine.assistant.remote.answering import Elsewhere
    from engine.assistant.remote.falling_back import Dependable

    return Dependable(Elsewhere(model, withhold=frozenset(settings.withhold), user=user))


def _model(
    name: BackendName, settings: AssistantSettings, resolve: Callable[[str], str], environ: Mapping[str, str]
) -> "Model":
    url = urlsplit(settings.url or "")
    stays_here = url.hostname in LOOPBACK
    if settings.never_send and not stays_here:
        raise ConfigError(f"{name} is on another machine, and `assistant.never_send` is set: nothing is sent there")
    key = resolve(settings.key) if settings.key else None
    if url.scheme == "http" and key and not stays_here:
        raise ConfigError("`assistant.url` must be https: a key is sent there")
    if name is BackendName.GEMINI:
        from engine.assistant.remote.gemini import Gemini

        key = key or (None if settings.project else next((environ[one] for one in _KEYS if environ.get(one)), None))
        if not key and not settings.project:
            raise ConfigError(
                "Gemini needs a key: set GEMINI_API_KEY, name one as `assistant.key`, or set `assistant.project` for "
                "Vertex AI"
            )
        return Gemini(
            settings.model or _GEMINI, key, url=settings.url, project=settings.project, location=settings.location,
            silence=settings.silence,
        )  # fmt: skip
    from engine.assistant.remote.openai import OpenAI

    if not settings.url or not settings.model:
        raise ConfigError(
            "a model behind OpenAI's protocol needs `assistant.url` (http://127.0.0.1:11434/v1) and `assistant.model`"
        )
    return OpenAI(settings.model, settings.url, key, silence=settings.silence)
