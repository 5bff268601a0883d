"""The only place that speaks SQL: one file per concern, each call one transaction, nothing above knows SQLite."""
