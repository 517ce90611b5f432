"""Pages for visitors, and what machines ask for."""
