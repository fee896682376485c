"""Every page of one invented case, to look at and to test with. The town, the people and the words are made up."""
