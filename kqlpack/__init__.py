"""A compiler and linter for KQL query packs."""
