"""Rules about queries that read more than they need."""
