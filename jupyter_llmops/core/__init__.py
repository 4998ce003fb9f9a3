"""What every room may know and that knows nobody: errors, actors, scopes, time, paging, events."""
