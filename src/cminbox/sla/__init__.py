"""When an answer is due: pure arithmetic on instants, no clock, no database."""
