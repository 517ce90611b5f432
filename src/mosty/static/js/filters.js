// A change of a select or a tick shows the narrowed list at once; words wait for Enter or "Show".
// Ticks folded under one field wait until the field is closed, unless htmx keeps the page standing.
for (const form of document.querySelectorAll("form[data-submit]")) {
  let waiting = false;
  form.addEventListener("change", (event) => {
    if (!event.target.matches("select, input[type=checkbox], input[type=radio]")) return;
    if (event.target.closest(".several") && !form.hasAttribute("hx-get")) waiting = true;
    else form.requestSubmit();
  });
  form.addEventListener(
    "toggle",
    (event) => {
      if (waiting && event.target.matches(".several") && !event.target.open) form.requestSubmit();
    },
    true,
  );
  // Empty answers stay out of the address, so that it can be read and passed on.
  form.addEventListener("formdata", (event) => {
    for (const name of new Set(event.formData.keys())) {
      const rest = event.formData.getAll(name).filter((value) => value !== "");
      event.formData.delete(name);
      for (const value of rest) event.formData.append(name, value);
    }
  });
}
