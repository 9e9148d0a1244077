"""RabbitMQ as Hemvist needs it."""
