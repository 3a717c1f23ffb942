"""Paper: the typeface, HTML to PDF, and pictures of PDF pages."""
