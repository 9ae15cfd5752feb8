"""Pages: one shell for all services. README.md beside this file tells how a service adds a page."""

from shared.web.pages.forms import Form, read_form
from shared.web.pages.shell import Shell

__all__ = ["Form", "Shell", "read_form"]
