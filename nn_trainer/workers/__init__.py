"""Where long work meets Qt: threads, and the signals that leave them."""
