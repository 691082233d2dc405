"""Step 1, labelled images."""
