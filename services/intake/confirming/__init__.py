"""Double opt-in: a contact that somebody typed hears nothing but one question until its reader has said yes.

What wants it (a support, a follow) has a `Purpose`, listed in `purposes.py`, and calls two functions:

- `ask(tx, keys, PURPOSE, subject_id, contact, origin=…, about=…, leads_to=…)` where the contact was typed, in
  the transaction that keeps the subject; the contact is a `reachable` one. Whoever asks learns nothing of
  it: one that was asked too often is silently not asked, and the subject lapses. It raises a 429 problem
  only when too many ask altogether.
- `cancel(tx, PURPOSE.name, [subject_id])` where the subject is taken back.
- nothing else: the page `/k/{token}` confirms, has the contact registered with notify under `subject_id`, and
  calls the purpose's `confirmed`; a no calls its `refused`, and nothing in time its `lapsed`.

Between the two the contact lies sealed to notify's key: intake cannot read it, and notify does not have it.
"""

from services.intake.confirming.desk import ask, cancel, reachable
from services.intake.confirming.purpose import Purpose

__all__ = ["Purpose", "ask", "cancel", "reachable"]
