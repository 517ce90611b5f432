// What went wrong on the way is said on the page, not only in the console, and taken back when the
// next request gets through; after a form came back with faults, the list of them takes the focus.
const board = document.getElementById("messages");
let said = false;

function say(id) {
  const words = document.getElementById(id);
  if (!board || !words || said) return;
  board.replaceChildren(words.content.cloneNode(true));
  board.scrollIntoView({ block: "center" });
  said = true;
}

document.addEventListener("htmx:sendError", () => say("unreachable"));
document.addEventListener("htmx:timeout", () => say("unreachable"));
document.addEventListener("htmx:responseError", () => say("refused"));
document.addEventListener("htmx:afterRequest", (event) => {
  if (!said || !event.detail.successful) return;
  board.replaceChildren();
  said = false;
});

const focusFaults = (root) => root.querySelector("[data-errors]")?.focus();

focusFaults(document);
document.addEventListener("htmx:load", (event) => focusFaults(event.target));
