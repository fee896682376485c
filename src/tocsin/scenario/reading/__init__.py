"""Reading a scenario: from the lines of a file to steps that fit together, or to everything that is wrong with them."""
