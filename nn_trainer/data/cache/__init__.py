"""Decoded images kept for the next time, and images that need not be in memory."""
