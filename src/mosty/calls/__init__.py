"""Calls: what is asked of whom, until when, judged how, how many."""
