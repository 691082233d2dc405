"""The curves of any run."""
