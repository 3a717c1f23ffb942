// Says whether a field that saves itself was saved: «已保存 10:32», or what to do.
(() => {
  "use strict";

  const status = document.querySelector("[data-autosave-status]");
  if (!status) return;

  const say = (state, words) => {
    status.dataset.state = state;
    status.textContent = words;
  };
  const ofField = (event) => event.detail.elt.matches("[data-autosave]");
  const time = () => new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });

  // What was typed or chosen before the scripts ran (a slow network, a page kept by the browser) is saved now.
  const changed = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.options) {
      const options = Array.from(field.options);
      return options[field.selectedIndex] !== (options.find((option) => option.defaultSelected) || options[0]);
    }
    return field.value !== field.defaultValue;
  };
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-autosave]").forEach((field) => {
      if (changed(field)) field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (ofField(event)) say("saving", status.dataset.saving);
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (ofField(event)) say("failed", status.dataset.failed);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!ofField(event) || !event.detail.xhr || event.detail.xhr.status === 0) return;
    const answer = event.detail.xhr;
    if (answer.responseURL.includes("/login/") || answer.status === 401 || answer.status === 403) {
      say("failed", status.dataset.login);
    } else if (event.detail.successful) {
      say("saved", status.dataset.saved.replace("{n}", time()));
    } else {
      say("failed", answer.status >= 500 ? status.dataset.failed : status.dataset.refused);
    }
  });
})();
