"""What sources said: graded, traced to where it started, and turned into incidents."""
