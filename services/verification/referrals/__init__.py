"""Cases that go to the Ombudsman: the package that the national desk hands over."""
