// The article beside the page: opened by a citation, closed by Esc or the button; the focus goes there and comes back.
(() => {
  "use strict";

  const drawer = document.getElementById("drawer");
  if (!drawer) return;
  let opener = null;

  const close = () => {
    if (drawer.hidden) return;
    drawer.hidden = true;
    if (opener) {
      opener.removeAttribute("aria-expanded");
      if (opener.isConnected) opener.focus();
    }
    opener = null;
  };

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "drawer-body") return;
    if (opener) opener.removeAttribute("aria-expanded");
    const source = event.detail.requestConfig.elt;
    if (!drawer.contains(source)) opener = source;
    if (opener) opener.setAttribute("aria-expanded", "true");
    drawer.hidden = false;
    drawer.querySelector("#drawer-body").scrollTop = 0;
    drawer.querySelector("#drawer-title").focus();
  });

  // The article could not be fetched: go to its page, as without a script.
  ["htmx:responseError", "htmx:sendError"].forEach((name) => {
    document.addEventListener(name, (event) => {
      const link = event.detail.elt.closest("a[data-drawer]");
      if (link) window.location.assign(link.href);
    });
  });

  drawer.querySelector("[data-drawer-close]").addEventListener("click", close);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
})();
