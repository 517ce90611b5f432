"""Pages of programmes, phases, those who carry them and those who take part."""
