"""What the pages of accounts say in words."""

from django import template

from mosty.people.accounts.sessions import browser_in_words

register = template.Library()
register.filter("browser", browser_in_words)
