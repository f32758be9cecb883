from django.apps import AppConfig


class LiveSiteConfig(AppConfig):
    name = "live_site"
