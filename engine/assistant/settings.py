"""What answers questions: the section `[assistant]` of the configuration."""

from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct, field

from engine import secrets
from engine.checking import check


class BackendName(StrEnum):
    BUILT_IN = "built-in"
    GEMINI = "gemini"
    OPENAI = "openai"  # whatever speaks OpenAI's protocol: Ollama, llama.cpp, vLLM


class AssistantSettings(Struct, frozen=True, kw_only=True):
    """What answers, unless a question says otherwise.

    `key` is a reference to a secret. `url` is where a model is asked that is not at its provider's usual place.
    `project` and `location` ask for Gemini on Vertex AI. `silence` is for how many seconds nothing may come before a
    model is given up. `withhold` are fields of facts that no model sees. With `never_send` nothing is sent to any
    other machine, whatever else is set.
    """

    backend: BackendName = BackendName.BUILT_IN
    model: str | None = None
    key: str | None = None
    url: str | None = None
    project: str | None = None
    location: str | None = None
    silence: float = 30.0
    withhold: list[str] = field(default_factory=list)
    never_send: bool = False


def read_settings(table: Any, problems: list[str]) -> AssistantSettings:
    """The section's content; what is wrong with it is added to `problems`."""
    settings = check(table, AssistantSettings, "assistant", problems)
    if settings is None:
        return AssistantSettings()
    if settings.key is not None and not secrets.is_reference(settings.key):
        problems.append(f"assistant.key: a secret is not written here: give a reference, {secrets.FORMS}")
    if settings.url is not None and urlsplit(settings.url).scheme not in ("http", "https"):
        problems.append('assistant.url: expected an address, such as "http://127.0.0.1:11434/v1"')
    if settings.silence <= 0:
        problems.append("assistant.silence: expected seconds, more than 0")
    return settings
