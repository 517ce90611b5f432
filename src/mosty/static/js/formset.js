// Adds a row to an inline formset from its <template>; without this the spare rows are there.
for (const formset of document.querySelectorAll("[data-formset]")) {
  const add = formset.querySelector("[data-add]");
  const total = formset.querySelector(`[name="${formset.dataset.formset}-TOTAL_FORMS"]`);
  const limit = formset.querySelector(`[name="${formset.dataset.formset}-MAX_NUM_FORMS"]`);
  const template = formset.querySelector("template");
  if (!add || !total || !template) continue;
  add.hidden = false;
  add.addEventListener("click", () => {
    const number = Number(total.value);
    if (limit && number >= Number(limit.value)) return;
    const holder = document.createElement("template");
    holder.innerHTML = template.innerHTML.replaceAll("__prefix__", String(number));
    const row = holder.content.firstElementChild;
    row.querySelector("legend").textContent = add.dataset.row.replace("0", String(number + 1));
    formset.querySelector(".formset-rows").append(row);
    total.value = String(number + 1);
    row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  });
}
