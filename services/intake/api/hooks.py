"""How the web hooks of channels are described in the OpenAPI document: each provider has its own format."""

from typing import Any

from services.intake.channels import telegram, whatsapp, x
from shared.security.signatures import HEADER

_SMS = {
    "id": "gw-1",
    "from": "+628110000000",
    "to": "1708",
    "text": "KAB. NGANJUK jalan rusak di depan pasar",
    "part": {"ref": "17", "number": 1, "total": 2},
    "received_at": "2026-07-06T09:00:00+07:00",
}
_WHATSAPP = {
    "object": "whatsapp_business_account",
    "entry": [
        {
            "id": "1",
            "changes": [
                {
                    "field": "messages",
                    "value": {
                        "messages": [
                            {
                                "id": "wamid.A1",
                                "from": "628110000000",
                                "type": "text",
                                "text": {"body": "KAB. NGANJUK jalan rusak di depan pasar"},
                            }
                        ]
                    },
                }
            ],
        }
    ],
}
_TELEGRAM = {
    "update_id": 1,
    "message": {"chat": {"id": 1, "type": "private"}, "text": "KAB. NGANJUK jalan rusak di depan pasar"},
}
_X = {
    "for_user_id": "1",
    "tweet_create_events": [
        {"id_str": "2", "text": "@lapor1708 jalan rusak di depan pasar", "user": {"id_str": "3"}}
    ],
}


def _header(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "schema": {"type": "string"}, "description": description}


def _query(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "string"}, "description": description}


HOOKS: dict[str, Any] = {
    "parameters": [
        _header(HEADER, "sms: t=<unix seconds>,v1=<HMAC-SHA256 of `t.body` in hexadecimal>"),
        _header(whatsapp.SIGNATURE, "whatsapp: sha256=<HMAC-SHA256 of the body in hexadecimal>"),
        _header(telegram.SECRET, "telegram: the token that the web hook was registered with"),
        _header(x.SIGNATURE, "x (a stub): sha256=<HMAC-SHA256 of the body in base64>"),
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "object"},
                "examples": {
                    "sms": {"value": _SMS},
                    "whatsapp": {"summary": "WhatsApp Cloud API", "value": _WHATSAPP},
                    "telegram": {"summary": "Telegram Bot API", "value": _TELEGRAM},
                    "x": {"summary": "Account Activity API. A stub: it has never met X itself.", "value": _X},
                },
            }
        },
    },
}
CHALLENGES: dict[str, Any] = {
    "parameters": [
        _query("hub.mode", "whatsapp: subscribe"),
        _query("hub.verify_token", "whatsapp: the token that was agreed"),
        _query("hub.challenge", "whatsapp: is answered as it is"),
        _query("crc_token", "x (a stub): is answered with its HMAC-SHA256"),
    ]
}
