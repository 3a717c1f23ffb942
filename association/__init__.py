"""The association itself (协会): its rulebook, bodies, decisions, cases, files, calendar, messages and accounts."""
