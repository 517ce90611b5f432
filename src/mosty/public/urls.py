"""Addresses of public pages."""

from django.urls import path

from mosty.public.views import home, machines, pages

app_name = "public"
urlpatterns = [
    path("", home.home, name="home"),
    path("about/", pages.about, name="about"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("sources/", pages.sources, name="sources"),
    path("licence/", pages.licence, name="licence"),
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("sitemap-<slug:section>.xml", machines.sitemap_section, name="sitemap_section"),
    path("healthz", machines.health, name="health"),
]
