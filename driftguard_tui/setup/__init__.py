"""The first start: sources are found on the machine, chosen, tried and written down; the console then scans them."""
