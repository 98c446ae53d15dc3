"""Rules about how queries are set."""
