// Shows the print buttons, which do nothing without a script; also in what htmx brings later.
const show = (root) => {
  for (const button of root.querySelectorAll("[data-print]")) button.hidden = false;
};

show(document);
document.addEventListener("htmx:load", (event) => show(event.target));
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
