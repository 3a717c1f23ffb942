// Says before the first paint that scripts run, so that what needs none stays visible without.
document.documentElement.classList.add("js");
