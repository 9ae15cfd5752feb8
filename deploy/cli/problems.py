"""The error of a command whose text is for the person who typed it."""


class Problem(Exception):
    """Why a command did not do what it was asked, in one sentence."""
