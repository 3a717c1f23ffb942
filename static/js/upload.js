// Sends a chosen file at once and shows its progress. Without a script the form is an ordinary one with a button.
// The answer holds the slot anew (or redirects to a page that does); parts marked data-refresh are taken over too.
(() => {
  "use strict";

  const takeOver = (page, id) => {
    const fresh = page.getElementById(id);
    const old = document.getElementById(id);
    if (!fresh || !old) return false;
    const node = document.importNode(fresh, true);
    old.replaceWith(node);
    if (window.htmx) window.htmx.process(node);
    return true;
  };

  const fail = (slot, words) => {
    const error = slot.querySelector("[data-slot-error]");
    error.textContent = words;
    error.hidden = false;
    slot.querySelector("[data-slot-progress]").hidden = true;
    const input = slot.querySelector("input[type=file]");
    input.disabled = false;
    input.value = "";
    input.focus();
  };

  const send = (form) => {
    const slot = form.closest("[data-slot]");
    const input = form.querySelector("input[type=file]");
    const file = input.files[0];
    if (!file) return;
    const limit = Number(form.dataset.maxBytes);
    if (limit && file.size > limit) {
      fail(slot, form.dataset.tooLarge.replace("{n}", String(Math.floor(limit / 1024 / 1024))));
      return;
    }
    const body = new FormData(form);
    const progress = slot.querySelector("[data-slot-progress]");
    const bar = progress.querySelector("progress");
    const percent = progress.querySelector("[data-slot-percent]");
    slot.querySelector("[data-slot-error]").hidden = true;
    progress.hidden = false;
    input.disabled = true;

    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      const done = Math.round((event.loaded / event.total) * 100);
      bar.value = done;
      percent.textContent = percent.dataset.words.replace("{n}", String(done));
    });
    request.addEventListener("load", () => {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      if (!takeOver(page, slot.id)) {
        if (request.status < 400) window.location.reload();
        else if (request.status === 401) {
          fail(slot, request.responseText);
          document.dispatchEvent(new CustomEvent("huiji:expired"));
        }
        else fail(slot, form.dataset.broken);
        return;
      }
      page.querySelectorAll("[data-refresh][id]").forEach((part) => takeOver(page, part.id));
      const fresh = document.querySelector(`#${CSS.escape(slot.id)} input[type=file], #${CSS.escape(slot.id)} a`);
      if (fresh) fresh.focus({ preventScroll: true });
    });
    request.addEventListener("error", () => fail(slot, form.dataset.broken));
    request.send(body);
  };

  document.addEventListener("change", (event) => {
    const form = event.target.matches("input[type=file]") && event.target.closest("form[data-upload]");
    if (form) send(form);
  });
  document.addEventListener(
    "submit",
    (event) => {
      if (event.target.matches("form[data-upload]")) {
        event.preventDefault();
        send(event.target);
      }
    },
    true,
  );

  // A photo or a scan may be dropped on its slot.
  const slotOf = (event) => event.target instanceof Element && event.target.closest("[data-slot]");
  ["dragover", "dragleave", "drop"].forEach((name) => {
    document.addEventListener(name, (event) => {
      const slot = slotOf(event);
      const form = slot && slot.querySelector("form[data-upload]");
      if (!form) return;
      event.preventDefault();
      slot.classList.toggle("slot--over", name === "dragover");
      if (name === "drop" && event.dataTransfer.files.length) {
        form.querySelector("input[type=file]").files = event.dataTransfer.files;
        send(form);
      }
    });
  });
})();
