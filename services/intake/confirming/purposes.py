"""Everything that a contact can be confirmed for, by name: what reads a link finds here what it is for."""

from services.intake import supports
from services.intake.confirming.purpose import Purpose
from services.intake.following import desk as follows

PURPOSES: dict[str, Purpose] = {one.name: one for one in (supports.CONFIRMATION, follows.CONFIRMATION)}
