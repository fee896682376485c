"""The town and its clock, and receivers on loopback: for replays, drills, and the tests of whoever builds on Tocsin."""
