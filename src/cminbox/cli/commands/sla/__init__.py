"""`cminbox sla ...`: response times."""
