"""Forms of calls: `readers` what everybody asks, the others what the secretariat writes."""
