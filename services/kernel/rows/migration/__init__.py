"""How tables come to be: those that every service has, with their rights, and the running of migrations."""
