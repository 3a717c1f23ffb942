// Copies a text, or prints the page. Without a script the text can be marked by hand and these buttons are not shown.
(() => {
  "use strict";

  // WeChat's browser and plain http have no clipboard to write to; marking and copying works there.
  const byMarking = (text) => {
    const field = document.createElement("textarea");
    field.value = text;
    field.setAttribute("readonly", "");
    field.className = "visually-hidden";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  };

  const copy = async (text) => {
    if (navigator.clipboard && window.isSecureContext) {
      try {
        await navigator.clipboard.writeText(text);
        return true;
      } catch {
        return byMarking(text);
      }
    }
    return byMarking(text);
  };

  const status = document.querySelector("[data-copy-status]");
  document.querySelectorAll("button[data-copy]").forEach((button) => {
    const words = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (!(await copy(button.dataset.copy))) return;
      button.textContent = button.dataset.copied;
      if (status) status.textContent = `${button.dataset.copied} ${button.getAttribute("aria-label") || ""}`;
      window.setTimeout(() => {
        button.textContent = words;
      }, 2000);
    });
  });

  document.querySelectorAll("button[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
})();
