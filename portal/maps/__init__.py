"""The map engine: the folium page, base layers, and points gathered by grid. It knows rows, no record."""
