// Counts characters under a text with a limit; speaks up only near the end.
const NEAR = 20;

function show(area, counter) {
  const left = area.maxLength - area.value.length;
  counter.textContent = `${area.value.length} / ${area.maxLength}`;
  counter.classList.toggle("full", left <= 0);
  counter.setAttribute("aria-live", left <= NEAR ? "polite" : "off");
}

for (const counter of document.querySelectorAll("[data-counter]")) {
  const area = document.getElementById(counter.dataset.counter);
  if (!area || area.maxLength < 0) continue;
  show(area, counter);
  area.addEventListener("input", () => show(area, counter));
}
