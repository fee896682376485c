"""The ways out: each channel carries parcels and says of every one what became of it."""
