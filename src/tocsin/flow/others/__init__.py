"""What others warn of: alerts by inlets, folders and feeds, and the advice of other governments."""
