// A change of a select or a tick shows the narrowed list at once; words wait for Enter or "Show".
for (const form of document.querySelectorAll("form[data-submit]")) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
  });
  // Empty answers stay out of the address, so that it can be read and passed on.
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData.entries()]) {
      if (value !== "") continue;
      const rest = event.formData.getAll(name).filter((other) => other !== "");
      event.formData.delete(name);
      for (const other of rest) event.formData.append(name, other);
    }
  });
}
