"""Meta's Graph API, which several networks speak: one client, and what all of them need to know of it.

`versions` is the calendar of versions, `errors` gives codes their meaning, `usage` reads how much of the allowance is
used, `client` asks and walks through lists. What belongs to one network alone stays in that network.
"""
