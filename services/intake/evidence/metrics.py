"""What becomes of evidence. Labels are outcomes: never a report, a file or a person."""

from prometheus_client import Counter

SETTLED = Counter("lapor_evidence_settled_total", "Files checked: cleared, or rejected and why.", ["outcome"])
PUT_OFF = Counter("lapor_evidence_put_off_total", "Checks that wait for the store or the scanner.", ["why"])
SWEPT = Counter("lapor_evidence_swept_total", "Uploads, objects and files cleared away.", ["kind"])
