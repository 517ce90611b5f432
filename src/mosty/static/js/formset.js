// Adds a row to an inline formset from its <template>; without this the spare rows are there.
const showButtons = (root) => {
  for (const button of root.querySelectorAll("[data-formset] [data-add]")) button.hidden = false;
};

function addRow(formset, button) {
  const field = (name) => formset.querySelector(`[name="${formset.dataset.formset}-${name}"]`);
  const total = field("TOTAL_FORMS");
  const limit = field("MAX_NUM_FORMS");
  const number = Number(total.value);
  if (limit && number >= Number(limit.value)) return;
  const holder = document.createElement("template");
  const row = formset.querySelector("template").innerHTML;
  holder.innerHTML = row.replaceAll("__prefix__", String(number));
  const fieldset = holder.content.firstElementChild;
  fieldset.querySelector("legend").textContent = button.dataset.row.replace("0", String(number + 1));
  formset.querySelector(".formset-rows").append(fieldset);
  total.value = String(number + 1);
  fieldset.querySelector("input:not([type=hidden]), select, textarea")?.focus();
}

showButtons(document);
document.addEventListener("htmx:load", (event) => showButtons(event.target));
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-add]");
  const formset = button?.closest("[data-formset]");
  if (formset) addRow(formset, button);
});
