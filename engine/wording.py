"""Sentences with places for words, as tables of ours and of users have them: `{what} is open`."""

import string
from collections.abc import Collection, Iterator

from engine.checking import suggest


def unknown_words(text: str, where: str, words: Collection[str]) -> Iterator[str]:
    """What is wrong with a sentence that may name these words only. `where` is its key in the file."""
    try:
        parts = [part for part in string.Formatter().parse(text) if part[1] is not None]
    except ValueError:
        yield f"{where}: has a single brace; write {{{{ for one that is only text"
        return
    if not text.strip():
        yield f"{where}: is empty; write a sentence"
    for _, word, form, conversion in parts:
        if word not in words or form or conversion:
            yield f"{where}: {{{word}}} is not a word that it may name{suggest(word or '', words)}"
