"""Mail that leaves the portal: an outbox in the database, and whoever carries its mails away."""
