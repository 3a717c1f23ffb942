"""One search over everything that a person may see: the searchers of every app, in the order of the page."""
