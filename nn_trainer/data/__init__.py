"""From folders of image files to arrays of pixels and labels."""
