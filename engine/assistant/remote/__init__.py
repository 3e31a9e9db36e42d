"""Answers from a model: Gemini, or a local one behind OpenAI's protocol. It sees the estate through a veil only."""
