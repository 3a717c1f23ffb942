// The application form: questions that follow from an answer, and what to do when the login has expired.
(() => {
  "use strict";

  const form = document.getElementById("answers");
  if (!form) return;

  const chosen = (name) => {
    const held = form.elements[name];
    return held ? held.value : "";
  };
  const show = () => {
    form.querySelectorAll("[data-shown-if]").forEach((part) => {
      part.classList.toggle("is-shown", chosen(part.dataset.shownIf) === part.dataset.shownValue);
    });
  };
  form.addEventListener("change", show);
  show();

  const expired = document.querySelector("[data-expired]");
  const say = () => {
    expired.hidden = false;
    expired.focus();
    expired.scrollIntoView({ block: "center" });
  };
  document.addEventListener("huiji:expired", say);
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr && event.detail.xhr.status === 401) say();
  });
})();
