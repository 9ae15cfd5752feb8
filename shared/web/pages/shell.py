"""The shell that all pages stand in: templates, language, forms' tokens, assets and the security headers.

A page holds no script of its own, no style but the files that `sheets` puts there, and fetches nothing from
anywhere else; what is shown is escaped.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.web.pages import forms, language
from shared.web.pages.assets import Assets
from shared.web.pages.names import agency_name
from shared.web.pages.officers import install_sign_in, role_label, scope_label
from shared.web.pages.sheets import Sheets

HERE = Path(__file__).parent
_POLICY = "Content-Security-Policy"
HEADERS = {
    _POLICY: "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), payment=(), geolocation=(self)",
    "X-Frame-Options": "DENY",
}


class Shell:
    """One service's pages. A folder may hold `templates`, `static` and `locales` beside the shell's own."""

    def __init__(self, *own: Path, secure: bool = False) -> None:
        """`secure`: readers come by https, so cookies travel by it alone."""
        self.secure = secure
        # A service's own files are at /static/<service>/…, where the gateway finds that service; those of
        # a further folder, under that folder's name.
        names = [f"{f.parent.name}/{f.name}" if at else f.parent.name for at, f in enumerate(own)]
        statics = {name: f / "static" for name, f in zip(names, own, strict=True) if (f / "static").is_dir()}
        self.assets = Assets(**{"": HERE / "static"}, **statics)
        self.sheets = Sheets(self.assets)
        self._templates = Environment(
            loader=FileSystemLoader([f / "templates" for f in (*own, HERE)]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        language.install(self._templates, language.read_catalogues(*(f / "locales" for f in (HERE, *own))))
        self._templates.globals |= {
            "asset": self.assets.url,
            "sheets_version": self.sheets.version,
            "agency_name": agency_name,
            "role_label": role_label,
            "scope_label": scope_label,
        }

    def add_filter(self, name: str, function: Any) -> None:
        """A filter for this service's templates."""
        self._templates.filters[name] = function

    def page(
        self,
        request: Request,
        template: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **context: Any,
    ) -> HTMLResponse:
        """A template as an answer. It finds `lang`, `path`, `switch`, `token()` and `sheet(name)` beside its
        own context.
        """
        lang, given = language.language_of(request), forms.token_for(request)
        used = False

        def token() -> str:
            nonlocal used
            used = True
            return given

        sheet = self.sheets.on(request)
        html = self._templates.get_template(template).render(
            lang=lang,
            path=request.url.path,
            switch=_switch(request, lang),
            token=token,
            sheet=sheet,
            **context,
        )
        policy = {_POLICY: sheet.allowed_by(HEADERS[_POLICY])}
        response = HTMLResponse(html, status, {**HEADERS, **policy, **(headers or {})})
        language.remember_language(request, response)
        if used and request.cookies.get(forms.COOKIE) != given:
            forms.keep_token(response, given, secure=self.secure)
        return response

    def install(self, app: FastAPI) -> None:
        """Serve the assets, and show errors to people as pages."""
        from shared.web.pages.errors import install_page_errors

        app.include_router(self.assets.router)
        install_page_errors(app, self)
        install_sign_in(app)


def _switch(request: Request, lang: str) -> str:
    """The same page in the other language."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return "?" + urlencode([*kept, ("lang", "id" if lang == "en" else "en")])
