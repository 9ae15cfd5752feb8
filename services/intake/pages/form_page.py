"""The filing form as a page: whatever was typed, what is wrong with it, and what is asked about its topic."""

from collections.abc import Sequence

from fastapi import Request, Response

from services.intake.drafts.codes import format_code
from services.intake.pages import asked
from services.intake.pages.account.session import signed_in
from services.intake.pages.choices import FoundRegion, categories, category_name
from services.intake.pages.telling import Both, in_words
from services.intake.pages.typed import STEPS, Errors, Typed
from services.intake.questions.scope import out_of_scope
from shared.text.masking import has_identity_number
from shared.text.names import names_somebody
from shared.web.pages import Shell


def form_page(
    request: Request,
    filled: Typed,
    errors: Errors,
    *,
    stale: Both | None = None,
    regions: Sequence[FoundRegion] = (),
    saved: bool = False,
    asking: bool = False,
    status: int = 200,
) -> Response:
    """`asking`: its topic's questions were not seen yet. `saved`: a draft was kept on request just now."""
    shell: Shell = request.app.state.shell
    values = filled.values
    text = f"{values['title']}\n{values['text']}"
    return shell.page(
        request,
        "filing.html",
        status,
        typed=filled,
        values=values,
        steps=STEPS,
        errors={name: in_words(request, words) for name, words in errors.items()},
        stale=stale,
        saved=saved,
        asking=asking,
        regions=regions,
        categories=categories(),
        category=category_name(values["category"]),
        questions=asked.questions(values),
        answered=asked.answered(values),
        elsewhere=out_of_scope(values["title"], values["text"], asked.answers(values)),
        names_people=names_somebody(text) or has_identity_number(text),
        code=format_code(values["draft"]) if values["draft"] else "",
        signed_in=signed_in(request, request.app.state.desk) is not None,
    )
