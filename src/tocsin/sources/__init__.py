"""Where reports come from: feeds, files, people. Each source can be removed alone."""
