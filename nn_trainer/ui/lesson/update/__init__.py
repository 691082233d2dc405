"""Step 4, one update by hand."""
