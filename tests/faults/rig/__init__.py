"""What the fault tests are made with: a town of servers in a process of its own, a clock, killers, and a judge."""
