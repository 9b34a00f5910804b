"""A corpus of broken and hostile files, each made by a function with a statement of what must come out."""
