"""Step 8 of the lesson: inside of a network."""
