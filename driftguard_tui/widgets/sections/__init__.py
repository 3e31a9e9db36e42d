"""The parts of what is told about one drift. Each is a function from a drift and a width to lines."""
