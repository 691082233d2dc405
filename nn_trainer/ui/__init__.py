"""The window: panels show, the main window connects, nothing here computes."""
