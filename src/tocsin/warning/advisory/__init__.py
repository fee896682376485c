"""The standing advisory: a level from 1 to 4 for a country or region, with its reasons."""
