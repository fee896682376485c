"""Exchange with others' systems by STIX: handing a case out no further than its marks let it go, and taking objects in."""
