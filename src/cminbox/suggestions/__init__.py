"""Which canned reply answers a message: ranked offline, learnt from every pick, explained in words on demand."""
