"""What folders, and the names of files, say of the classes and the splits of a data set."""
