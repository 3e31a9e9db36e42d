"""Questions about drift, answered in words from what is recorded. The assistant reads, and never acts.

`conversation` asks a backend and checks what it says; `tools` is all that a backend can look at; `analyst` is the
backend that is always there.
"""
