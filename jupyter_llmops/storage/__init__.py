"""Where data lives: engine, tables, migrations, key vault and full-text search."""
