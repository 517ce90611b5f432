// The note of a figure (year and source) can be dismissed with Escape without moving away.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const figure of document.querySelectorAll("[data-figure]:is(:hover, :focus)")) {
    figure.dataset.closed = "";
    const open = () => delete figure.dataset.closed;
    figure.addEventListener("pointerleave", open, { once: true });
    figure.addEventListener("blur", open, { once: true });
  }
});
