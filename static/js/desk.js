// The desk by keyboard and in bulk: j and k move through the rows, Enter opens; the bar says what a click will do.
(() => {
  "use strict";

  const links = () => Array.from(document.querySelectorAll(".table--rows .row-link"));

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") {
      const search = document.querySelector("[data-desk-search]");
      if (search) {
        event.preventDefault();
        search.focus();
      }
      return;
    }
    const hits = Array.from(document.querySelectorAll("[data-hit]"));
    if (hits.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const at = hits.indexOf(document.activeElement);
      hits[event.key === "ArrowDown" ? Math.min(at + 1, hits.length - 1) : Math.max(at - 1, 0)].focus();
      return;
    }
    if (event.key !== "j" && event.key !== "k") return;
    const rows = links();
    if (!rows.length) return;
    const row = event.target.closest("tr");
    const here = row ? rows.indexOf(row.querySelector(".row-link")) : -1;
    const next = event.key === "j" ? Math.min(here + 1, rows.length - 1) : Math.max(here - 1, 0);
    rows[next].focus();
    rows[next].closest("tr").scrollIntoView({ block: "nearest" });
  });

  // The login has expired: what was typed stays on the page; a form leads to the login, a heartbeat keeps still.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const answer = event.detail.xhr;
    if (!answer.responseURL || !new URL(answer.responseURL).pathname.startsWith("/accounts/")) return;
    event.detail.shouldSwap = false;
    if (event.detail.elt.matches("form")) {
      location.assign(`/accounts/login/?next=${encodeURIComponent(location.pathname)}`);
    }
  });

  // The connection broke, or the answer was an error: what was typed stays, and the page says so.
  const broken = (event) => {
    const place = document.querySelector("#desk-messages[data-broken]");
    if (!place || !event.detail.elt.matches("form")) return;
    const line = document.createElement("li");
    line.className = "message message--error";
    line.textContent = place.dataset.broken;
    const list = document.createElement("ul");
    list.className = "messages";
    list.append(line);
    place.replaceChildren(list);
    place.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("htmx:responseError", broken);
  document.addEventListener("htmx:sendError", broken);

  document.querySelectorAll("form[data-bulk]").forEach((form) => {
    const bar = form.querySelector("[data-bulk-bar]");
    const count = form.querySelector("[data-bulk-count]");
    const effect = form.querySelector("[data-bulk-effect]");
    const choice = form.querySelector("[data-bulk-action]");
    const all = form.querySelector("[data-bulk-all]");
    const boxes = () => Array.from(form.querySelectorAll("input[data-bulk-row]"));

    const refresh = () => {
      const picked = boxes().filter((box) => box.checked).length;
      const chosen = choice && choice.selectedOptions[0];
      const words = (chosen && chosen.dataset.effect) || "";
      bar.hidden = picked === 0;
      count.textContent = count.dataset.words.replace("{n}", String(picked));
      effect.textContent = words.replace("{n}", String(picked));
      bar.querySelectorAll("button").forEach((button) => {
        button.disabled = Boolean(choice) && !choice.value;
      });
      if (all) {
        all.checked = picked > 0 && picked === boxes().length;
        all.indeterminate = picked > 0 && picked < boxes().length;
      }
    };
    form.addEventListener("change", (event) => {
      if (event.target === all) boxes().forEach((box) => (box.checked = all.checked));
      refresh();
    });
    refresh();
  });
})();
