"""The classifier the window works with, and its files."""
