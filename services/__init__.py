"""The five services and the kernel they share."""
