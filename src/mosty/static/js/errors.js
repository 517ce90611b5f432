// What went wrong on the way is said on the page, not only in the console; and after a form came
// back with faults, the list of them takes the focus.
const board = document.getElementById("messages");

function say(id) {
  const words = document.getElementById(id);
  if (!board || !words) return;
  board.replaceChildren(words.content.cloneNode(true));
  board.scrollIntoView({ block: "center" });
}

document.body.addEventListener("htmx:sendError", () => say("unreachable"));
document.body.addEventListener("htmx:timeout", () => say("unreachable"));
document.body.addEventListener("htmx:responseError", () => say("refused"));

document.querySelector("[data-errors]")?.focus();
