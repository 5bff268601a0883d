"""What every network module is built from: the contract, one way to ask over HTTP, cleaning, counting, its tests."""
