"""Webhooks: one POST of JSON for each parcel, to where its address says and nowhere else."""

from tocsin.channels.webhook.payloads import PERSONAL, PayloadLayout, payload
from tocsin.channels.webhook.sending import Webhook, WebhookSettings
from tocsin.channels.webhook.signature import Signer, check_signature, endpoint_key, public_key

__all__ = [
    "PERSONAL",
    "PayloadLayout",
    "Signer",
    "Webhook",
    "WebhookSettings",
    "check_signature",
    "endpoint_key",
    "payload",
    "public_key",
]
