"""Why a report takes no more files. What is wrong with a file itself is `shared.storage.port.RefusedFile`."""

from shared.contracts import CaseStatus


class RefusedEvidence(Exception):
    """The report, not the file, is the reason.

    RefusedEvidence
    ├── TooManyFiles         no room: the report has as many as it may have
    │   ├── TooManyBytes     together they would be too large
    │   └── TooMuchToday     the reporter has sent as much as one may in a day
    ├── SentByOthers         the report has just these bytes from somebody else
    └── CaseEnded            nothing is added to a case with this status
    """


class TooManyFiles(RefusedEvidence):
    """The report has as many files as it may have."""


class TooManyBytes(TooManyFiles):
    """The report's files together would be larger than allowed."""


class TooMuchToday(TooManyFiles):
    """The same reporter has sent as much as one may in a day."""


class SentByOthers(RefusedEvidence):
    """An agency shows its own work: not the reporter's photo, nor another agency's."""


class CaseEnded(RefusedEvidence):
    """Nothing can be added to a case with this status."""

    def __init__(self, status: CaseStatus) -> None:
        super().__init__(f"no evidence while {status}")
        self.status = status
