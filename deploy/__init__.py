"""How Hemvist runs: the launcher, provisioning, images and monitoring. Knows no business rule."""
