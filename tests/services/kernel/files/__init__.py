"""Files of the kernel, against real stores and scanners."""
