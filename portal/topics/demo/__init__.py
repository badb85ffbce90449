"""Two years of the column in the demo city, made through the services."""
