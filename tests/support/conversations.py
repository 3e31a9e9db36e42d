"""Ten conversations with a model, by what it does on the wire, and what a person must see of each."""

from typing import NamedTuple

from tests.support.model_server import Calls, Says


class Conversation(NamedTuple):
    """What the model says; what is then read; why it did not answer, where the analyst has to."""

    says: list[Says]
    told: str = "mia@example.org"
    failure: str = ""


_ANSWERS = Says(["It was person-1 ", "[f1]."])

CONVERSATIONS = {
    "an answer": Conversation([_ANSWERS], "It was mia@example.org"),
    "a look and an answer": Conversation([Says([Calls("find_people")]), _ANSWERS], "It was mia@example.org"),
    "a wrong call": Conversation([Says([Calls("drop_table")]), _ANSWERS], "It was mia@example.org"),
    "a claim without a source": Conversation([Says(["All is well."])], "All is well."),
    "a moment of trouble": Conversation([Says(status=503), _ANSWERS], "It was mia@example.org"),
    "no more quota": Conversation([Says(status=429)] * 3, failure="quota is used up"),
    "a broken server": Conversation([Says(status=500)] * 3, failure="it answered 500"),
    "a cut stream": Conversation([Says(["It was "], cut=True)] * 3, failure="does not answer"),
    "a malformed part": Conversation(
        [Says(["It"], raw=b'{"candidates": [{"content": 7}]}')], failure="does not answer"
    ),
    "a key that is refused": Conversation([Says(status=401)], failure="does not accept the key"),
}  # fmt: skip
