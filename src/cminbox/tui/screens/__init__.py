"""What fills the terminal: the inbox, the replies on their way, the accounts, the welcome."""
