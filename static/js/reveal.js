// The one showing of a token: copy, confirm, and leave nothing behind.
const reveal = () => one("[data-keep-open]");
let sent = false, wiped;
const guard = () => {
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
guard();
on("click", async e => {
  if (e.target.matches("[data-keep-open] [readonly]")) e.target.select();
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
on("submit", e => { if (e.target.closest("[data-keep-open]")) sent = true });
on("htmx:error", () => { sent = false });
addEventListener("beforeunload", e => { if (reveal() && !sent) e.preventDefault() });
addEventListener("pagehide", () => {
  const shown = reveal();
  if (!shown) return;
  wiped = shown.dataset.back;
  for (const field of shown.querySelectorAll("[readonly]")) field.value = "";
  shown.remove();
});
addEventListener("pageshow", () => { if (wiped) location.replace(wiped) });
