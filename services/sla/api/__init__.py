"""The sla service over HTTP: clocks of cases, calendars and policies, any deadline explained, operations."""

from services.sla.api import amending, calendars, clocks, explaining, operating, policies, statistics

routers = [
    clocks.router,
    calendars.router,
    amending.router,
    policies.router,
    explaining.router,
    operating.router,
    statistics.router,
]
