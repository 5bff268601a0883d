"""What the user has settled: settings, the paths of the program, secrets, and how failures are written down."""
