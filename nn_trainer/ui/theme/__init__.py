"""Colours, icons and styles."""
