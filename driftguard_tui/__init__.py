"""What people touch: the commands and the console."""
