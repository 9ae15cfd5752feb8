"""Which paths of agencies are one government. Who is above on a path may watch, and no more than that."""

import re

_PROVINCE = re.compile(r"\d\d")
_CITY = re.compile(r"(?P<province>\d\d)\.(?P=province)\d\d(\.|$)")
"""A regency's or city's path, or one below it."""


def same_government(own: str, agency: str) -> bool:
    """Whether `agency` is `own` or a part of it. A province reads its regencies' cases and acts for none of
    them: each is a government of its own (UU 23/2014, article 2), though its path lies below the province's.
    """
    below = f"{agency}.".startswith(f"{own}.")
    return below and not (_PROVINCE.fullmatch(own) and _CITY.match(agency))
