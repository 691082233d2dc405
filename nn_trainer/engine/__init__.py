"""The network and its training, in NumPy; knows arrays, not files, pictures or windows."""
