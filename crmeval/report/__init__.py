"""Results → the files a user takes away."""
