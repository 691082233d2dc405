"""Step 7 of the lesson: inference."""
