"""Step 5 of the lesson: the training loop."""
