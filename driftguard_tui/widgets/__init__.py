"""The console's own widgets, one file each. A widget is given data; it never asks for any."""
