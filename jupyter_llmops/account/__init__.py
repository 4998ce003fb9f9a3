"""The room of the signed-in person: who am I, my settings, my data."""
