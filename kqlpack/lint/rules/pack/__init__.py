"""Rules about pack files."""
