"""Small servers that speak a network's real API: for the demo, for training, and for the tests.

One module per network; `wire` carries requests to them in process or over loopback, `community` writes to the brand.
"""
