"""A training under way in the window."""
