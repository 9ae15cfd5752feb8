"""Intake's pages for officers: opening an identity by two of them, and a report's files.

They call what the API calls, with the same roles; never the API.
"""

from services.intake.desk_pages import asking, deciding, identities, report_files

# Fixed addresses before the one that takes any id.
routers = [part.router for part in (identities, asking, deciding, report_files)]
