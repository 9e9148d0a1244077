"""What the law, inspectors and managers ask for, from the own data of the house."""
