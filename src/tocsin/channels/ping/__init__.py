"""The dead-man ping: a request to a service outside that rings somebody when no more come."""

from tocsin.channels.ping.asking import Ping, PingSettings

__all__ = ["Ping", "PingSettings"]
