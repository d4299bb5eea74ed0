// Showing a token, once or for a minute: confirm, hide, and leave nothing behind.
import "./copying.js";
import { byId, on, one } from "./dom.js";

let sent = false, wiped, hiding;

const wipe = shown => {
  for (const field of shown.querySelectorAll("[readonly]")) field.value = "";
};
const hide = shown => {
  wipe(shown);
  if (shown.close) shown.close();
  else location.replace(shown.dataset.back);
};

/** Watches the token that the page or a dialog shows now, if it shows one. */
export const guard = () => {
  const shown = one("[data-hide-after]");
  clearTimeout(hiding);
  if (shown) hiding = setTimeout(hide, shown.dataset.hideAfter * 1000, shown);
  one("[data-copy-now]")?.click();
  const form = one("[data-finish]");
  if (!form) return;
  const tick = byId("copied"), done = one(".primary", form), note = byId("error-copied");
  form.noValidate = true;
  sent = false;
  const update = () => {
    done.ariaDisabled = !tick.checked;
    if (!tick.checked) return;
    note.hidden = true;
    tick.ariaInvalid = null;
    tick.removeAttribute("aria-describedby");
  };
  tick.onchange = update;
  update();
};

on("click", e => {
  if (e.target.matches(":is([data-keep-open], [data-hide-after]) [readonly]")) e.target.select();
});
guard();
on("submit", e => {
  if (e.target.closest("[data-keep-open]")) sent = true;
});
on("htmx:error", () => {
  sent = false;
});
addEventListener("beforeunload", e => {
  if (one("[data-keep-open]") && !sent) e.preventDefault();
});
addEventListener("pagehide", () => {
  const shown = one("[data-keep-open], [data-hide-after]");
  if (!shown) return;
  wiped = shown.dataset.back;
  wipe(shown);
  shown.remove();
});
addEventListener("pageshow", () => {
  if (wiped) location.replace(wiped);
});
