"""Reference data that the portal is measured against: regions (GB/T 2260) and their successors."""
