"""Rules about queries that run but don't find what they should."""
