"""Where everything is kept: the journal and the rows, written by one door in one transaction."""
