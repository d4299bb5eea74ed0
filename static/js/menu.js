// Menus that open at their button: arrow keys, first letters, Escape and Tab. Escape also closes an open drop-down list
// and the field that a name in a row has become.
import { on, one, stop } from "./dom.js";

const ITEMS = "a, button";
let opener;

/** The button of the menu that contains this element, if a menu does. */
export const menuButtonOf = element => element.closest("[role=menu]") && opener;

/** Browsers without CSS anchors need to be told where the button is. */
const place = menu => {
  if (CSS.supports("position-area: block-end")) return;
  const { bottom, right } = opener.getBoundingClientRect();
  const top = Math.min(bottom, innerHeight - menu.offsetHeight - 8);
  Object.assign(menu.style, { margin: 0, inset: `${top}px auto auto ${Math.max(8, right - menu.offsetWidth)}px` });
};

export const openMenu = (menu, button) => {
  opener = button;
  menu.showPopover({ source: button });
  place(menu);
  one(ITEMS, menu).focus();
};

on("toggle", e => {
  if (e.target.role === "menu") opener.ariaExpanded = e.newState === "open";
}, true);
on("click", e => {
  if (e.target.closest(ITEMS)) e.target.closest("[role=menu]")?.hidePopover();
});
on("keydown", e => {
  const { key, target } = e;
  const menu = target.closest("[role=menu]");
  if (menu && key === "Tab") menu.hidePopover();
  if (key === "Escape") {
    const drop = target.closest(".drop[open]");
    const form = target.closest(".rename");
    if (drop) {
      drop.open = false;
      one("summary", drop).focus();
    }
    if (form) one("a", form).click();
    if (drop || form) stop(e);
  }
  const items = [...(menu || target.closest(".menu, .drop[open]"))?.querySelectorAll(ITEMS) || []];
  const at = items.indexOf(target);
  const to = { ArrowDown: at + 1, ArrowUp: at < 1 ? -1 : at - 1, Home: 0, End: -1 }[key];
  const next = items.length && to != null ? items.at(to % items.length)
    : menu && key.length === 1 && [...items.slice(at + 1), ...items].find(item => startsWith(item, key));
  if (!next) return;
  stop(e);
  next.focus();
}, true);

const startsWith = (item, letter) => item.textContent.trim().toLowerCase().startsWith(letter.toLowerCase());
