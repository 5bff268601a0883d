"""What Google's interfaces have in common: sign-in, access tokens, service accounts and the form of their errors."""
