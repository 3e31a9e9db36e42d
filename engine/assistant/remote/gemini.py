"""Gemini through Google's SDK: with a key, or on Vertex AI with the credentials of the machine."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from engine.assistant.remote.model import (
    AnswerError,
    Call,
    Ended,
    Message,
    Part,
    Prompt,
    Result,
    Speaker,
    Text,
    Tool,
    refusal,
)
from engine.assistant.remote.reach import CONNECT, check

if TYPE_CHECKING:
    from google.genai import types

_AT_GOOGLE = "https://generativelanguage.googleapis.com"
_VERTEX = "https://aiplatform.googleapis.com"


class Gemini:
    """A model of Gemini's. Building it sends nothing; the SDK is imported with the first question.

    Without a key it is asked on Vertex AI, in a project and a location. `silence` is how many seconds may pass without
    a word of an answer.
    """

    def __init__(
        self, name: str, key: str | None = None, *, url: str | None = None, project: str | None = None,
        location: str | None = None, silence: float = 30.0,
    ) -> None:  # fmt: skip
        self.name = name
        self.provider = "Gemini" if key else "Gemini on Vertex AI"
        self._key, self._url, self._project, self._location = key, url, project, location
        self._silence = silence
        self._client: Any = None

    def parts(self, prompt: Prompt) -> Iterator[Part]:
        check(self._url or (_AT_GOOGLE if self._key else _VERTEX))
        import httpx2
        from google.auth.exceptions import GoogleAuthError
        from google.genai import errors
        from pydantic import ValidationError

        kept: list[types.Part] = []
        sent = received = 0
        finished = ""
        try:
            stream = self._connected().models.generate_content_stream(
                model=self.name, contents=_contents(prompt.messages), config=_config(prompt)
            )
            for chunk in stream:
                if usage := chunk.usage_metadata:
                    sent = usage.prompt_token_count or sent
                    received = (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0) or received
                for candidate in (chunk.candidates or [])[:1]:
                    finished = candidate.finish_reason.value if candidate.finish_reason else finished
                    for part in (candidate.content.parts if candidate.content else None) or []:
                        kept.append(part)
                        yield from _part(part, len(kept))
                if chunk.prompt_feedback and chunk.prompt_feedback.block_reason:
                    finished = chunk.prompt_feedback.block_reason.value
        except errors.APIError as error:
            raise _refusal(error) from None
        except httpx2.TimeoutException:
            raise AnswerError(f"nothing came for {self._silence:g} s or no connection was had") from None
        except (httpx2.HTTPError, OSError) as error:
            raise AnswerError(f"it cannot be reached ({type(error).__name__}); check the network") from None
        except GoogleAuthError as error:
            raise AnswerError(f"its credentials cannot be used ({type(error).__name__}); renew them") from None
        except (ValidationError, ValueError, KeyError, TypeError) as error:
            raise AnswerError(f"what came is not what it should answer with ({type(error).__name__})") from None
        if not kept or finished not in ("STOP", "MAX_TOKENS"):
            raise AnswerError(f"its answer ends early ({finished or 'the connection broke'})", passing=not finished)
        yield Ended(sent, received, tuple(kept))

    def _connected(self) -> Any:
        if self._client is None:
            from google import genai
            from google.genai import types

            # The SDK has one limit for all that a request waits for.
            limits = {"connect": CONNECT, "read": self._silence, "write": self._silence, "pool": self._silence}
            options = types.HttpOptions(
                base_url=self._url,
                client_args={
                    "follow_redirects": False,
                    "event_hooks": {"request": [lambda request: request.extensions.update(timeout=limits)]},
                },
            )
            place: Mapping[str, Any] = (
                {"api_key": self._key, "vertexai": False}
                if self._key
                else {"vertexai": True, "project": self._project, "location": self._location}
            )
            self._client = genai.Client(http_options=options, **place)
        return self._client


def _config(prompt: Prompt) -> "types.GenerateContentConfig":
    from google.genai import types

    return types.GenerateContentConfig(
        system_instruction=prompt.instructions,
        temperature=0.0,
        tools=[types.Tool(function_declarations=[_declared(tool) for tool in prompt.tools])] if prompt.tools else None,
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
    )


def _declared(tool: Tool) -> "types.FunctionDeclaration":
    from google.genai import types

    return types.FunctionDeclaration(
        name=tool.name, description=tool.about, parameters_json_schema=dict(tool.parameters)
    )


def _contents(messages: tuple[Message, ...]) -> "list[types.Content]":
    from google.genai import types

    contents = []
    for message in messages:
        if message.speaker is Speaker.MODEL:
            # With the signatures of its thoughts, without which it does not go on after a call.
            parts = list(message.kept) if message.kept else [_call(call) for call in message.calls]
            contents.append(types.Content(role="model", parts=parts or [types.Part(text=message.text or " ")]))
            continue
        parts = [_response(result) for result in message.results]
        parts += [types.Part(text=message.text)] if message.text else []
        contents.append(types.Content(role="user", parts=parts))
    return contents


def _call(call: Call) -> "types.Part":
    from google.genai import types

    return types.Part(function_call=types.FunctionCall(name=call.tool, args=dict(call.arguments)))


def _response(result: Result) -> "types.Part":
    from google.genai import types

    return types.Part(function_response=types.FunctionResponse(name=result.call.tool, response=dict(result.value)))


def _part(part: "types.Part", number: int) -> Iterator[Part]:
    if part.thought:
        return
    if part.text:
        yield Text(part.text)
    if (call := part.function_call) is not None and call.name:
        yield Call(call.id or f"call-{number}", call.name, dict(call.args or {}))


def _refusal(error: Any) -> AnswerError:
    """A key that is no key at all is refused as a bad request."""
    code = int(error.code) if str(error.code).isdigit() else 0
    return refusal(401 if code == 400 and "API_KEY_INVALID" in str(error.details) else code)
