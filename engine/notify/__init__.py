"""Telling people outside of the console. `engine.notify.telling.Telling` is the door, and heavier than this."""
