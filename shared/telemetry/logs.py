"""Structured logs: short event names with bound fields, as JSON on standard error, without personal data."""

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from shared.telemetry.traces import current_trace_id

ALLOWED = frozenset(
    [
        "event",
        "level",
        "timestamp",
        "service",
        "trace_id",
        "report_id",
        "leg_id",
        "delivery_id",
        "event_id",
        "queue",
        "fact",
        "agency",
        "officer",
        "clock",
        "channel",
        "count",
        "attempts",
        "reason",
        "error",
        "error_type",
        "sqlstate",
        "status",
        "method",
        "route",
        "seconds",
        "delay",
        "role",
        "roles",
        "port",
        "path",
        "kind",
        "template",
        "state",
        "version",
        "signal",
        "lateness",
        "object_key",
        "exchange",
        "bucket",
        "rows",
        "logger",
        "where",
    ]
)
"""The only fields a log line may have. Anything else is dropped, so nobody's name slips in by accident."""


def _trace(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    if trace_id := current_trace_id():
        event["trace_id"] = trace_id
    return event


def _only_allowed(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {key: value for key, value in event.items() if key in ALLOWED}


def configure_logs(service: str, level: str) -> None:
    """Send everything, the libraries' own records included, through one pipeline."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _trace,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _only_allowed,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for noisy in ("aiormq", "aio_pika", "httpx", "httpcore", "uvicorn.access", "alembic"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    structlog.contextvars.bind_contextvars(service=service)


log: structlog.stdlib.BoundLogger = structlog.get_logger()
