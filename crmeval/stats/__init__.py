"""Small, general statistics, each tested against published numbers."""
