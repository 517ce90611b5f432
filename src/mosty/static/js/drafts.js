// A form that saves itself while somebody types (docs/developers/drafts.md). What could not be sent
// stays in this browser; what somebody else has typed meanwhile is merged by the server, field by
// field, and where both have typed, both texts are shown until the person chooses.
const PAUSE = 1500;
const AGAIN = 15000;
const MOST_ON_LEAVING = 60000;
const KEPT = "mosty-draft:";
// Fields that are the page's own words to the server.
const OWN = /^(csrfmiddlewaretoken|seen|draft_.*)$/;

const form = document.querySelector("form[data-draft]");
const state = form?.querySelector("[data-draft-state]");
const sides = document.querySelector("[data-draft-sides]");
const labels = JSON.parse(form?.dataset.labels ?? "{}");
const store = KEPT + form?.dataset.store + ":";

// What the server and this page agree on in each field; the rest is still to be sent.
let base = {};
let open = new Set();
let done = [];
let was = "";
let timer = 0;
let isSaving = false;
let isLeaving = false;
let mustSave = false;
let failures = 0;
let isFilling = false;

const page = () => form.elements.draft_page.value;
const same = (one, other) => JSON.stringify(one ?? "") === JSON.stringify(other ?? "");

function typed() {
  const said = {};
  for (const [name, value] of new FormData(form)) {
    if (OWN.test(name) || typeof value !== "string") continue;
    const text = value.replaceAll("\r\n", "\n");
    said[name] = name in said ? [said[name], text].flat() : text;
  }
  return said;
}

function changed(now, before) {
  const names = new Set([...Object.keys(now), ...Object.keys(before)]);
  return [...names].filter((name) => !same(now[name], before[name]));
}

function controls(name) {
  const found = form.elements.namedItem(name);
  if (!found) return [];
  return found instanceof RadioNodeList ? [...found] : [found];
}

function put(name, value) {
  const values = [value ?? ""].flat();
  isFilling = true;
  for (const control of controls(name)) {
    if (control.type === "checkbox" || control.type === "radio") {
      control.checked = values.includes(control.value);
    } else if (control.multiple) {
      for (const option of control.options) option.selected = values.includes(option.value);
    } else {
      control.value = values[0] ?? "";
      // The counter under the text follows.
      control.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
  isFilling = false;
}

// A value in the words of the page: choices by what they are called.
function words(name, value) {
  const called = (one) => {
    for (const control of controls(name)) {
      if (control.options) {
        const option = [...control.options].find((each) => each.value === one);
        if (option) return option.text;
      } else if (control.value === one && control.labels?.length && control.type !== "text") {
        if (control.type === "checkbox" || control.type === "radio") {
          return control.labels[0].textContent.trim();
        }
      }
    }
    return one;
  };
  return [value ?? ""].flat().map(called).join(", ");
}

function say(what, more = "") {
  const text = state.dataset[what] + (more ? ` ${more}` : "");
  if (state.textContent !== text) state.textContent = text;
  state.classList.toggle("waits", !["saved", "same", "merged"].includes(what));
}

// --- what this browser keeps --------------------------------------------------------------------

function keep() {
  const entry = {
    at: Date.now(),
    base,
    open: [...open],
    typed: typed(),
    seen: form.elements.seen?.value ?? "",
  };
  try {
    localStorage.setItem(store + page(), JSON.stringify(entry));
    return true;
  } catch {
    return false;
  }
}

function forget(name = store + page()) {
  try {
    localStorage.removeItem(name);
  } catch {
    // Nothing was kept.
  }
}

function entries() {
  const found = [];
  try {
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(store)) continue;
      found.push([name, JSON.parse(localStorage.getItem(name))]);
    }
  } catch {
    // Not readable: then there is nothing to offer.
  }
  return found.filter(([, entry]) => entry?.typed).sort((one, other) => other[1].at - one[1].at);
}

function moment(at) {
  const then = new Date(at);
  const today = then.toDateString() === new Date().toDateString();
  const time = { hour: "2-digit", minute: "2-digit", hour12: false };
  const day = today ? {} : { day: "numeric", month: "long", year: "numeric" };
  return new Intl.DateTimeFormat(document.documentElement.lang, { ...day, ...time }).format(then);
}

// --- saving -------------------------------------------------------------------------------------

function message(names) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") body.append(name, value);
  }
  const before = Object.fromEntries(names.map((name) => [name, base[name] ?? ""]));
  body.set("draft_base", JSON.stringify(before));
  body.set("draft_open", JSON.stringify([...open]));
  body.set("draft_done", JSON.stringify(done));
  if (was) body.set("draft_was", was);
  return body;
}

function later(pause) {
  clearTimeout(timer);
  timer = setTimeout(save, pause);
}

function wait(why) {
  say(keep() ? why : "unkept");
  // One answer that got lost is asked for again at once; a server that is gone, more and more rarely.
  if (why === "unreachable") later(Math.min(AGAIN, PAUSE * 2 ** failures++));
}

async function save(onLeaving = false) {
  clearTimeout(timer);
  if (isLeaving || (isSaving && onLeaving !== true)) return;
  const sent = typed();
  const names = changed(sent, base);
  if (!names.length && !mustSave) {
    forget();
    return;
  }
  // A request that cannot get through would only be a fault in the browser's own log.
  if (!navigator.onLine) {
    wait("offline");
    return;
  }
  const body = message(names);
  const settled = [...done];
  mustSave = false;
  isSaving = true;
  let answer = null;
  try {
    const response = await fetch(form.dataset.draft, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      redirect: "manual",
      keepalive: onLeaving === true && body.toString().length < MOST_ON_LEAVING,
    });
    if (response.ok) answer = await response.json();
    else wait(reason(response));
  } catch {
    wait(navigator.onLine ? "unreachable" : "offline");
  }
  isSaving = false;
  if (!answer) {
    mustSave ||= settled.length > 0;
    return;
  }
  was = "";
  failures = 0;
  done = done.filter((each) => !settled.includes(each));
  takeIn(answer, sent);
}

function reason(response) {
  if (response.type === "opaqueredirect") return "signedOut";
  if (response.status === 413) return "tooMuch";
  if (response.status === 403 || response.status === 404) return "refused";
  return "unreachable";
}

function takeIn(answer, sent) {
  const now = typed();
  const both = new Map(answer.both.map((each) => [each.name, each]));
  const names = [...Object.keys(sent), ...Object.keys(base), ...Object.keys(answer.theirs)];
  for (const name of new Set(names)) {
    if (both.has(name)) continue;
    if (!(name in answer.theirs)) base[name] = sent[name];
    else if (same(now[name], sent[name])) {
      base[name] = answer.theirs[name];
      put(name, answer.theirs[name]);
    }
    // Else it was typed into meanwhile: the next save will find both.
  }
  if (form.elements.seen && answer.seen) form.elements.seen.value = JSON.stringify(answer.seen);
  open = new Set(both.keys());
  showSides(both, sent);
  if (both.size) say("both");
  else say(Object.keys(answer.theirs).length ? "merged" : "saved", answer.at);
  if (changed(typed(), base).some((name) => !open.has(name) || !same(typed()[name], sent[name]))) {
    keep();
    later(PAUSE);
  } else if (mustSave) {
    // Somebody has chosen, or took up unsent text, while this save was on its way.
    later(0);
  } else {
    forget();
  }
}

// --- two versions side by side ------------------------------------------------------------------

function showSides(both, sent) {
  for (const row of sides.querySelectorAll("[data-own]")) {
    if (!both.has(row.dataset.side)) row.remove();
  }
  for (const [name, said] of both) {
    const own = `[data-own][data-side="${CSS.escape(name)}"]`;
    const row = sides.querySelector(own) ?? newSide(name);
    row.dataset.theirs = JSON.stringify(said.theirs);
    row.querySelector("[data-who]").textContent = [said.by, said.at].filter(Boolean).join(", ");
    row.querySelector("[data-said-mine]").textContent = words(name, sent[name]);
    row.querySelector("[data-said-theirs]").textContent = words(name, said.theirs);
  }
  sides.hidden = !sides.querySelector("[data-side]");
}

function newSide(name) {
  const row = document.getElementById("draft-side").content.cloneNode(true).firstElementChild;
  row.dataset.side = name;
  row.querySelector("[data-label]").textContent = labels[name] ?? name;
  for (const each of row.querySelectorAll("[data-label-aloud]")) {
    each.textContent = ` ${labels[name] ?? name}`;
  }
  if (!isText(name)) row.querySelector("[data-choice=both]")?.remove();
  sides.querySelector(".draft-rows").append(row);
  return row;
}

function isText(name) {
  const [control] = controls(name);
  return control?.matches("textarea, input:not([type=checkbox], [type=radio])") ?? false;
}

function settle(row, choice) {
  const name = row.dataset.side;
  const theirs = JSON.parse(row.dataset.theirs);
  const mine = typed()[name] ?? "";
  const between = controls(name)[0]?.matches("textarea") ? "\n\n" : " ";
  if ("own" in row.dataset) {
    base[name] = theirs;
    open.delete(name);
  } else {
    done.push(`${row.dataset.version}:${name}`);
  }
  if (choice === "take") put(name, theirs);
  if (choice === "both") put(name, `${mine}${between}${theirs}`);
  row.remove();
  sides.hidden = !sides.querySelector("[data-side]");
  mustSave = true;
  controls(name)[0]?.focus();
  save();
}

// --- unsent text out of this browser ------------------------------------------------------------

function offer([name, entry]) {
  const made = document.getElementById("draft-kept").content.cloneNode(true).firstElementChild;
  made.querySelector("[data-when]").textContent = moment(entry.at);
  made.querySelector("[data-drop]").addEventListener("click", () => {
    forget(name);
    made.remove();
  });
  made.querySelector("[data-continue]").addEventListener("click", () => {
    resume(entry, name);
    made.remove();
  });
  form.before(made);
}

function resume(entry, name) {
  const before = typed();
  for (const each of changed(entry.typed, before)) put(each, entry.typed[each]);
  base = entry.base;
  open = new Set(entry.open);
  if (form.elements.seen && entry.seen) form.elements.seen.value = entry.seen;
  was = name.slice(store.length);
  mustSave = true;
  keep();
  forget(name);
  save();
  form.querySelector("textarea, input:not([type=hidden])")?.focus();
}

function offerKept() {
  const there = JSON.parse(document.querySelector("[data-draft-offer]")?.dataset.content ?? "{}");
  for (const [name, entry] of entries()) {
    // Already on the server, or exactly what stands here.
    const known = [there, typed()].some((content) => !changed(entry.typed, content).length);
    if (known && !entry.open?.length) forget(name);
    else offer([name, entry]);
  }
}

// --- the form -----------------------------------------------------------------------------------

function start() {
  base = typed();
  for (const row of sides.querySelectorAll("[data-own][data-side]")) open.add(row.dataset.side);
  offerKept();
  form.addEventListener("input", () => {
    if (isFilling) return;
    if (!navigator.onLine) wait("offline");
    else if (!keep()) say("unkept");
    later(PAUSE);
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("data-draft-save")) {
      event.preventDefault();
      if (changed(typed(), base).length || mustSave) save();
      else say("same");
    } else if (event.submitter?.dataset.choice) {
      event.preventDefault();
    } else if (!navigator.onLine) {
      event.preventDefault();
      wait("offline");
    } else {
      send();
    }
  });
  sides.addEventListener("click", (event) => {
    const button = event.target.closest("[data-choice]");
    if (!button) return;
    event.preventDefault();
    settle(button.closest("[data-side]"), button.dataset.choice);
  });
  window.addEventListener("offline", () => changed(typed(), base).length && wait("offline"));
  window.addEventListener("online", () => save());
  window.addEventListener("pageshow", () => {
    isLeaving = false;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save(true);
  });
}

// The form itself goes: it takes along what the page knows of the draft, and no save comes after.
function send() {
  isLeaving = true;
  clearTimeout(timer);
  for (const [name, value] of message(changed(typed(), base))) {
    if (!/^draft_(base|open|done|was)$/.test(name)) continue;
    const field = form.elements.namedItem(name) ?? document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
}

if (form && state && sides) start();
