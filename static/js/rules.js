// On a phone the contents of the rules open from a bar at the top and close again once an article is chosen.
(() => {
  "use strict";

  const toggle = document.querySelector(".rules__toc-toggle");
  if (!toggle) return;
  const list = document.getElementById(toggle.getAttribute("aria-controls"));

  const show = (open) => toggle.setAttribute("aria-expanded", open ? "true" : "false");

  toggle.addEventListener("click", () => show(toggle.getAttribute("aria-expanded") !== "true"));
  list.addEventListener("click", (event) => {
    if (event.target.closest("a")) show(false);
  });
  toggle.parentElement.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || toggle.getAttribute("aria-expanded") !== "true") return;
    show(false);
    toggle.focus();
  });
})();
