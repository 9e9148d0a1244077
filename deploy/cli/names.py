"""The names of the parts, in the order in which they start. Knows nothing about how they run."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("intake", "investigation", "placement", "mentorship", "compensation")
GATEWAY = "gateway"
APPLICATION = (*SERVICES, GATEWAY)
POSTGRES = "postgres"
RABBITMQ = "rabbitmq"
BROKER_ADMIN = "hemvist_admin"
VHOST = "hemvist"
