"""Small programs that run beside cminbox, each one file that needs nothing but Python: to be copied and changed."""
