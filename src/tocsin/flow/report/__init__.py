"""Reports: receiving them, incidents noted by hand, and what an institution published proposed as its answer."""
