"""What changes calls: `calls` the call itself, `form` what it asks, `terms` how it decides,
`enquiries` what people ask about it."""
