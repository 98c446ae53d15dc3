"""Rules about templates and their parameters."""
