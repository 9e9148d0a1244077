"""The homes as placement knows them: a copy of what investigation tells, and how they want to be reached."""
