"""Step 6, the plots of a training that overfits."""
