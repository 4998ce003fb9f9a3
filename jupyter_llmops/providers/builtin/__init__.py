"""The protocols that come with the package. They register like those of plug-ins, by entry point."""
