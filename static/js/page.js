// The frame of every page: the CSRF header of htmx, menus, and forms that may be sent only once.
(() => {
  "use strict";

  const cookie = (name) => {
    const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  };

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") {
      const field = document.querySelector("input[name=csrfmiddlewaretoken]"); // older than the cookie after a new login
      event.detail.headers["X-CSRFToken"] = cookie("csrftoken") || (field ? field.value : "");
    }
  });

  const toggle = document.querySelector(".site-nav__toggle");
  if (toggle) {
    toggle.addEventListener("click", () => {
      toggle.setAttribute("aria-expanded", toggle.getAttribute("aria-expanded") === "true" ? "false" : "true");
    });
  }

  const closeMenus = (except) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (menu !== except) menu.open = false;
    });
  };
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // A second click does nothing while the first is under way; the server holds the same line.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    form.querySelectorAll("button[type=submit], button:not([type])").forEach((button) => {
      button.setAttribute("aria-busy", "true");
    });
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    });
  });

  const summary = document.querySelector("[data-error-summary]");
  if (summary && !summary.closest("[data-sample]")) summary.focus();
})();
