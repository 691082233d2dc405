"""Step 2, the loss."""
