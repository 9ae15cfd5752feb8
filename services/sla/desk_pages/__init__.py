"""Pages of sla for officers: the calendar and how it is amended, and the clocks of a case."""

from services.sla.desk_pages import amended, calendar, clocks, proposing

routers = [calendar.router, proposing.router, amended.router, clocks.router]
