"""A library's system behind NCIP.  `words` says what it, or a partner, says in place of the standard's words."""
