"""Files of interests that another form has received."""
