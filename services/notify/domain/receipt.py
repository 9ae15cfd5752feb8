"""What a provider's receipts say together, in whatever order and however often they come."""

from enum import StrEnum


class ReceiptStatus(StrEnum):
    """What became of a message at a provider, as far as it knows."""

    ON_ITS_WAY = "on_its_way"
    FAILED = "failed"
    DELIVERED = "delivered"
    """It was there: whatever else was said, it can not have failed."""

    @property
    def rank(self) -> int:
        return list(ReceiptStatus).index(self)


def heavier(one: ReceiptStatus, other: ReceiptStatus) -> ReceiptStatus:
    """The one that counts of two. Commutative, associative and idempotent, so no order matters."""
    return max(one, other, key=lambda status: status.rank)
