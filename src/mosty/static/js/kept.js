// Copies of unsent forms that drafts.js keeps in this browser: the copy of a form that was taken
// goes (the answer says which, in a cookie), and signing out takes all of them away.
const KEPT = "mosty-draft:";

function clear(goes) {
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(KEPT) && goes(name)) localStorage.removeItem(name);
    }
  } catch {
    // A browser that keeps nothing has nothing to take away.
  }
}

function clearSent() {
  const sent = document.cookie.match(/(?:^|; )draft_sent=([\w-]+)/)?.[1];
  if (!sent) return;
  clear((name) => name.endsWith(`:${sent}`));
  document.cookie = "draft_sent=; path=/; max-age=0; samesite=lax";
}

clearSent();
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action")?.endsWith("/logout/")) clear(() => true);
});
