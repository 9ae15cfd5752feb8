"""Puts evidence together from the settings: the desk that receives, and the loops of the worker role."""

from services.intake.domain.evidence import EvidenceLimits
from services.intake.evidence.buckets import Buckets, buckets_of
from services.intake.evidence.checking import Checker
from services.intake.evidence.desk import EvidenceDesk
from services.intake.evidence.scanning import Scanner
from services.intake.evidence.worker import EvidenceWorker
from services.intake.keyring import Keyring
from services.intake.settings import Settings
from shared.db.database import Database
from shared.storage.minio_store import MinioStore


def evidence_desk(settings: Settings, database: Database) -> EvidenceDesk:
    """Nothing is connected before it is used."""
    return EvidenceDesk(database, _buckets(settings), _limits(settings))


def evidence_worker(settings: Settings, desk: EvidenceDesk, keys: Keyring) -> EvidenceWorker:
    scanner = None
    if settings.clamav_host:
        scanner = Scanner(settings.clamav_host, settings.clamav_port, settings.clamav_max_bytes)
    checker = Checker(
        desk.buckets, desk.limits, keys.evidence_sealer, keys.box, scanner, settings.evidence_spool
    )
    return EvidenceWorker(desk, checker, runners=settings.evidence_runners)


def _buckets(settings: Settings) -> Buckets:
    clean = MinioStore(
        settings.s3_endpoint,
        settings.s3_access_key.get_secret_value(),
        settings.s3_secret_key.get_secret_value(),
        bucket=settings.evidence_bucket,
        secure=settings.s3_secure,
    )
    return buckets_of(
        clean,
        quarantine=settings.evidence_quarantine_bucket,
        originals=settings.evidence_originals_bucket,
    )


def _limits(settings: Settings) -> EvidenceLimits:
    return EvidenceLimits(
        file_bytes=settings.evidence_max_bytes,
        video_bytes=settings.evidence_video_max_bytes,
        report_files=settings.evidence_max_files,
        report_bytes=settings.evidence_report_max_bytes,
        reporter_files=settings.evidence_reporter_daily_files,
        reporter_bytes=settings.evidence_reporter_daily_bytes,
    )
