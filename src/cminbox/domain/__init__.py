"""The words of the trade as plain values and pure rules: no screen, no network, no database, no clock."""
