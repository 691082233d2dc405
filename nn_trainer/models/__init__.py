"""A classifier as a thing that is made, kept and used."""
