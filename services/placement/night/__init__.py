"""The night desk: who can take somebody now, the call, and what the home has to know tonight."""
