// Showing a token, once or for a minute: copy, confirm, and leave nothing behind.
const reveal = () => one("[data-keep-open]");
let sent = false, wiped, hiding;
const wipe = shown => { for (const field of shown.querySelectorAll("[readonly]")) field.value = "" };
const hide = shown => {
  wipe(shown);
  if (shown.close) shown.close();
  else location.replace(shown.dataset.back);
};
const guard = () => {
  const shown = one("[data-hide-after]");
  clearTimeout(hiding);
  if (shown) hiding = setTimeout(hide, shown.dataset.hideAfter * 1000, shown);
  one("[data-copy-now]")?.click();
  const form = one("[data-finish]");
  if (!form) return;
  const tick = byId("copied"), done = one(".primary", form), note = byId("error-copied");
  form.noValidate = true;
  sent = false;
  (tick.onchange = () => {
    done.ariaDisabled = !tick.checked;
    if (tick.checked) { note.hidden = true; tick.ariaInvalid = null; tick.removeAttribute("aria-describedby") }
  })();
};
on("click", async e => {
  if (e.target.matches(":is([data-keep-open], [data-hide-after]) [readonly]")) e.target.select();
  const button = e.target.closest("[data-copy]");
  if (!button) return;
  const field = byId(button.dataset.copy), status = button.nextElementSibling;
  let copied = true;
  try {
    await navigator.clipboard.writeText(field.value ?? field.textContent);
  } catch {
    field.focus();
    if (field.select) field.select();
    else getSelection().selectAllChildren(field);
    // Over plain http there is no other way.
    copied = document.execCommand("copy");
  }
  if (copied) {
    for (const { dataset, firstChild } of document.querySelectorAll("[data-copy]")) {
      dataset.uncopied ??= firstChild.data;
      firstChild.data = dataset === button.dataset ? dataset.copied : dataset.uncopied;
    }
    if (button.dataset.said) status.textContent = button.dataset.said;
    else say(button.textContent);
  } else {
    status.textContent = button.dataset.refused;
  }
});
guard();
on("submit", e => { if (e.target.closest("[data-keep-open]")) sent = true });
on("htmx:error", () => { sent = false });
addEventListener("beforeunload", e => { if (reveal() && !sent) e.preventDefault() });
addEventListener("pagehide", () => {
  const shown = one("[data-keep-open], [data-hide-after]");
  if (!shown) return;
  wiped = shown.dataset.back;
  wipe(shown);
  shown.remove();
});
addEventListener("pageshow", () => { if (wiped) location.replace(wiped) });
