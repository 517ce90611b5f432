// Counts characters under a text with a limit; speaks up only near the end.
const NEAR = 20;

function show(counter) {
  const area = document.getElementById(counter.dataset.counter);
  if (!area || area.maxLength < 0) return;
  const left = area.maxLength - area.value.length;
  counter.textContent = `${area.value.length} / ${area.maxLength}`;
  counter.classList.toggle("full", left <= 0);
  counter.setAttribute("aria-live", left <= NEAR ? "polite" : "off");
}

const showAll = (root) => root.querySelectorAll("[data-counter]").forEach(show);

showAll(document);
document.addEventListener("htmx:load", (event) => showAll(event.target));
document.addEventListener("input", (event) => {
  if (!event.target.id) return;
  const counter = document.querySelector(`[data-counter="${CSS.escape(event.target.id)}"]`);
  if (counter) show(counter);
});
