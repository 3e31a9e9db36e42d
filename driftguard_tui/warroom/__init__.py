"""The war room in the console: what is done at the desk is recorded, said, pinned, and can be gone through again."""
