"""Sealed identities, codes, tokens, receipts and signatures. Nothing here may log, print or repr a secret."""
