"""The home's file (familjehemsakt): shown, amended, and what that makes necessary."""
