"""Dates as precise as their source, in the reader's words."""

from django import template

from mosty.core.dates import say_date

register = template.Library()
register.filter("say_date", say_date)
