"""The commands of ./hemvist, by what they are about."""
