"""Applications on paper: their versions, the printable page, DOCX and PDF, the council."""
