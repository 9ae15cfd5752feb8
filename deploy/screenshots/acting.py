"""What is done on a page before it is looked at: a form filled in, a button pressed."""

from collections.abc import Awaitable, Callable

from playwright.async_api import Page

Act = Callable[[Page], Awaitable[None]]

STORY = (
    "Sejak dua minggu lalu saluran air di depan pasar tersumbat. Setiap hujan air masuk ke kios, dan "
    "pedagang sayur sudah tiga kali rugi. Kami minta saluran dibersihkan sebelum musim hujan."
)
SUBJECT = "Saluran air tersumbat di depan Pasar Wonokromo"
STEPS = ("place", "evidence", "identity", "check")


def filing(until: str) -> Act:
    """The form of a report, filled in up to a step."""

    async def fill(page: Page) -> None:
        await page.fill("#text", STORY)
        await page.fill("#title", SUBJECT)
        for step in STEPS[: STEPS.index(until) + 1]:
            await page.click("#langkah button[value=next]")
            await page.wait_for_selector(f"section[data-step={step}]:not([hidden])")
            if step == "place":
                await page.fill("#place", "Pasar Wonokromo, sisi timur")

    return fill


async def filed(page: Page) -> None:
    """The receipt, with the access code that is shown once."""
    await filing("check")(page)
    await page.click("#langkah button[value=send]")
    await page.wait_for_selector("#kode")


def pressed(button: str) -> Act:
    """A button pressed, on whatever the page holds."""

    async def press(page: Page) -> None:
        await page.click(button)
        await page.wait_for_load_state()

    return press


async def answered(page: Page) -> None:
    """An agency's answer, as the reporter will read it."""
    await page.click("#jawab summary")
    await page.fill("#jawab-text", "Petugas kami memasang atap sementara hari Kamis ini, pukul 08.00.")
    await pressed("#jawab button[value=pratinjau]")(page)


async def archived(page: Page) -> None:
    """Several cases picked, to be archived for one reason."""
    for box in (await page.locator(".queue .pick input").all())[:3]:
        await box.check()
    await pressed("button[value=archive]")(page)


def amended(day: str) -> Act:
    """What one more day of joint leave would move."""

    async def amend(page: Page) -> None:
        await page.fill("#source", "SKB 3 Menteri Nomor 933 Tahun 2026")
        await page.fill("#decided", "2026-07-01")
        await page.fill("[name='added.0.date']", day)
        await page.fill("[name='added.0.name']", "Cuti bersama tambahan")
        await page.fill("[name='added.0.name_en']", "Additional joint leave")
        await pressed("button[value=lihat]")(page)

    return amend


async def asked(page: Page) -> None:
    """A request to learn who reported, just made: the code that is shown once."""
    await page.check("[name=alasan] >> nth=0")
    await page.fill("#penjelasan", "Pelapor menulis bahwa ia diancam dan perlu dilindungi malam ini.")
    await pressed("form.card button")(page)
