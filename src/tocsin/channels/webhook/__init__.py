"""Webhooks: one POST of JSON for each parcel, to where its address says and nowhere else."""

from tocsin.channels.webhook.payloads import payload
from tocsin.channels.webhook.sending import Webhook, WebhookSettings

__all__ = ["Webhook", "WebhookSettings", "payload"]
