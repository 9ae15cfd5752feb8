"""`lapor words`: the words of messages before anybody gets them. Samples only, never a real case."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from deploy.cli.problems import Problem
from deploy.cli.screen import Json, screen
from services.notify.channels.gsm import parts, septets
from services.notify.domain.delivery import Template
from services.notify.proofreading import versions
from services.notify.proofreading.files import languages_of, names
from services.notify.proofreading.lint import lint as findings_in
from services.notify.proofreading.messages import longest_sms
from services.notify.proofreading.preview import CHANNELS, preview
from services.notify.proofreading.samples import TO_DESKS, WORDLESS, of_template
from services.notify.rendering import DEFAULT_LANGUAGE, LANGUAGES

Name = Annotated[str, typer.Argument(metavar="TEMPLATE", help="As `lapor words list` names it.")]
Language = Annotated[str, typer.Option(help=f"{', '.join(LANGUAGES)}.")]

words = typer.Typer(
    help="Look at the words of messages, in each language and as each channel carries them.",
    no_args_is_help=True,
)


def register(app: typer.Typer) -> None:
    app.add_typer(words, name="words")


@words.command("list")
def list_words(
    *, language: Annotated[str | None, typer.Option(help="Only this one.")] = None, json: Json = False
) -> None:
    """List all templates: version, who reviewed it, and how long its SMS gets at worst."""
    rows = list(_rows(language))
    console = screen()
    if json:
        console.print_json(data=rows)
        return
    table = Table("template", "language", "version", "reviewed by", "to", "longest SMS")
    for row in rows:
        sms = f"{row['sms_length']} ({row['sms_parts']})" if row["sms_length"] else ""
        shown = (
            row["template"],
            row["language"],
            str(row["version"]),
            row["reviewed"] or "nobody",
            row["to"],
        )
        table.add_row(*map(escape, shown), sms)
    console.print(table)
    unread = sum(not row["reviewed"] for row in rows)
    console.print(f"\n{len(rows)} files of words, {unread} not yet reviewed by a native speaker.")


@words.command("preview")
def show(
    template: Name,
    *,
    language: Language = DEFAULT_LANGUAGE,
    channel: Annotated[str, typer.Option(help=f"{', '.join(CHANNELS)}.")] = "email",
    sample: Annotated[int, typer.Option(help="Which sample, if the template has several.", min=1)] = 1,
    anonymous: Annotated[bool, typer.Option("--anonymous", help="Of an anonymous case.")] = False,
    secret: Annotated[bool, typer.Option("--secret", help="Of a secret case.")] = False,
    html: Annotated[
        Path | None, typer.Option(help="Write the mail's HTML to this file.", show_default=False)
    ] = None,
) -> None:
    """Show what would be sent, with sample data."""
    chosen = _template(template)
    _known("channel", channel, ("email",) if chosen in TO_DESKS else CHANNELS)
    _known("language", language, languages_of(chosen))
    found = of_template(chosen, anonymous=anonymous, secret=secret)
    if not found:
        raise Problem(f"Such a case never gets {chosen}.")
    if sample > len(found):
        raise Problem(f"{chosen} has {len(found)} samples.")
    seen = preview(found[sample - 1], language, channel)
    console = screen()
    console.print(f"[dim]{chosen}, {language}, {channel}; sample {sample} of {len(found)}[/dim]")
    for name, value in seen.about.items():
        console.print(f"[bold]{name}:[/bold] {escape(value)}", soft_wrap=True)
    console.print()
    console.print(escape(seen.text), soft_wrap=True)
    if html is not None:
        if not seen.html:
            raise Problem("Only a mail has HTML: leave --channel out.")
        html.write_text(seen.html)
        console.print(f"[dim]HTML in {escape(str(html))}[/dim]")


@words.command("lint")
def lint(
    template: Annotated[
        str | None, typer.Argument(metavar="[TEMPLATE]", help="Only this one.", show_default=False)
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Check words: places, blocks, SMS length, what must be said and what must not. Fails if any is wrong."""
    if template is not None:
        _known("template", template, tuple(names()))
    findings = findings_in(template)
    console = screen()
    if json:
        console.print_json(data=[finding._asdict() for finding in findings])
    else:
        for finding in findings:
            console.print(
                f"[red]{finding.language}/{finding.template}[/red]: {escape(finding.what)}", soft_wrap=True
            )
        checked = sum(len(languages_of(name)) for name in names() if template in {None, name})
        console.print(f"{checked} files of words, {len(findings)} findings.")
    if findings:
        raise typer.Exit(1)


@words.command("stamp")
def stamp(
    *,
    reviewed_by: Annotated[
        str | None,
        typer.Option(help="A native speaker who has read the words of --template.", show_default=False),
    ] = None,
    template: Annotated[str | None, typer.Option(help="What was reviewed.", show_default=False)] = None,
    language: Annotated[str | None, typer.Option(help="In which language.", show_default=False)] = None,
) -> None:
    """Give changed words their next version, or record who reviewed some. Run it after each change."""
    only = (template, language) if template and language else None
    if (reviewed_by is None) != (only is None):
        raise Problem("A review needs all three: --reviewed-by, --template and --language.")
    before = versions.recorded() if versions.FILE.exists() else {}
    if only and (only[0] not in names() or only[1] not in languages_of(only[0])):
        raise Problem(f"There are no words of {only[0]} in {only[1]}.")
    after = versions.stamped(before, reviewed_by, only)
    versions.save(after)
    changed = [
        f"{language}/{name}"
        for name, entries in after.items()
        for language, entry in entries.items()
        if before.get(name, {}).get(language) != entry
    ]
    screen().print(f"{len(changed)} changed: {', '.join(changed)}" if changed else "Nothing has changed.")


def _rows(language: str | None) -> Iterator[dict[str, Any]]:
    if language is not None:
        _known("language", language, LANGUAGES)
    recorded = versions.recorded()
    for name in names():
        for each in languages_of(name):
            if language not in {None, each}:
                continue
            entry = recorded.get(name, {}).get(each)
            sms = longest_sms(name, each) if name not in TO_DESKS else ""
            yield {
                "template": name,
                "language": each,
                "version": entry.version if entry else 0,
                "reviewed": (entry.reviewed or None) if entry else None,
                "to": "offices" if name in TO_DESKS or name == "desk" else "reporters",
                "sms_length": septets(sms),
                "sms_parts": parts(sms) if sms else 0,
            }


def _template(name: str) -> Template:
    known = sorted(set(Template) - WORDLESS)
    _known("template", name, tuple(known))
    return Template(name)


def _known(what: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise Problem(f"There is no {what} {given!r} here. There is: {', '.join(known)}.")
