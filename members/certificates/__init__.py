"""Certificates on paper: frozen facts to HTML to PDF. No models here."""
