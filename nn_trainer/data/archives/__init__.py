"""Data sets that are one file: zip and tar archives, read where they lie, without unpacking them to the disk."""
