// Menus of the top bar and lists of choices are <details>: this closes them on Escape, on a press elsewhere and when
// the focus leaves, and takes the focus back to the button that opened them.
const menus = document.querySelectorAll("details.menu, details.account, details.several");

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus) {
    if (!menu.open) continue;
    const within = menu.contains(document.activeElement);
    menu.open = false;
    if (within) menu.querySelector("summary").focus();
  }
});

document.addEventListener("pointerdown", (event) => {
  for (const menu of menus) {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  }
});

for (const menu of menus) {
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}

// "Leave it" in a form that asks for a reason folds the question away again.
document.addEventListener("click", (event) => {
  const leave = event.target.closest("[data-close]");
  if (!leave) return;
  const details = leave.closest("details");
  if (!details) return;
  details.open = false;
  details.querySelector("summary").focus();
});
