"""Step 3, gradient descent."""
