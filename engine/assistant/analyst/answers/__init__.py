"""The answers of the built-in analyst, by what is asked."""
