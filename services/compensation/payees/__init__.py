"""Who is paid, and by what codes kinds of pay go into the municipality's own systems."""
