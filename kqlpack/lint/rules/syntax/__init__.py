"""Rules about text that is not KQL."""
