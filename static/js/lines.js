// A problem's line leads to its place in the text below: the line is selected and scrolled into view.
(() => {
  "use strict";

  const text = document.querySelector("textarea[data-lines]");
  if (!text) return;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-line]");
    if (!link) return;
    event.preventDefault();
    const rows = text.value.split("\n");
    const number = Math.min(Number(link.dataset.line), rows.length);
    const start = rows.slice(0, number - 1).reduce((sum, row) => sum + row.length + 1, 0);
    text.focus({ preventScroll: true });
    text.setSelectionRange(start, start + rows[number - 1].length);
    text.scrollIntoView({ block: "center" });
    text.scrollTop = (text.scrollHeight / rows.length) * (number - 1) - text.clientHeight / 2;
    text.scrollLeft = 0;
  });
})();
