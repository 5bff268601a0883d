"""`cminbox canned ...`: the library of canned replies."""
