// Keys that act from anywhere on a page, and the dialog that finds keys and pages.
import { byId, on, one, stop } from "./dom.js";

const { shortcuts } = document.body.dataset;
const TYPING = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable], [role=menu]";
/** What a keyboard for another alphabet has at the same place. */
const LATIN = { KeyC: "c", KeyG: "g" };
const press = key => one(`[data-key="${key}"]`)?.click();

const search = () => {
  const field = one("main [type=search]");
  if (!field?.checkVisibility()) return press("g");
  field.focus();
  field.select();
};
const create = () => {
  if (one("[data-key=c]")) press("c");
  else if (shortcuts) location.assign(shortcuts);
};
const acts = { "/": search, c: create, g: () => press("g"), "?": () => press("?") };

on("keydown", e => {
  const act = acts[e.key > "~" ? LATIN[e.code] : e.key];
  const isOther = e.ctrlKey || e.metaKey || e.altKey || e.repeat || e.isComposing || e.defaultPrevented;
  if (shortcuts == null || !act || isOther || one("dialog") || e.target.closest(TYPING)) return;
  stop(e);
  act();
});

// In the dialog: an arrow leads from the field to the results, Enter opens the first one.
on("keydown", e => {
  if (e.target.id !== "go-to-text" || e.key !== "ArrowDown") return;
  stop(e);
  one("#go-to-results a")?.focus();
}, true);
on("submit", e => {
  const field = byId("go-to-text");
  const first = one("#go-to-results a");
  if (e.target !== field?.form || !first || one("#go-to-results [data-for]").dataset.for !== field.value.trim()) return;
  stop(e);
  first.click();
}, true);
