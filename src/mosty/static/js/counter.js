// Counts characters under a text with a limit; speaks up only near the end. A box with a limit of its
// own (data-most) takes more than that: what is too much is told, never cut.
const NEAR = 20;

function show(counter) {
  const area = document.getElementById(counter.dataset.counter);
  if (!area) return;
  const isSoft = "most" in counter.dataset;
  const most = isSoft ? Number(counter.dataset.most) : area.maxLength;
  if (!(most >= 0)) return;
  // As the server counts where nothing is cut: letters, not halves of them, without what is blank
  // around them.
  const length = isSoft ? [...area.value.trim()].length : area.value.length;
  const left = most - length;
  const over = isSoft && left < 0 ? ` · ${counter.dataset.over} ${-left}` : "";
  counter.textContent = `${length} / ${most}${over}`;
  counter.classList.toggle("full", isSoft ? left < 0 : left <= 0);
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
