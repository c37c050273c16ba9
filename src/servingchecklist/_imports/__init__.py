"""Importers of lists that others wrote. They are lenient, and tell what they dropped or changed."""
