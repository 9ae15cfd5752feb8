"""Officers: their accounts, how they sign in, and the tokens that tell every service who they are."""
