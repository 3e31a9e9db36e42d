"""The infrastructure repository: its files through time, and writing them as a real git repository."""
