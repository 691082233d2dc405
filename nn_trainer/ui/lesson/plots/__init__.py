"""Step 6 of the lesson: the plots."""
