// Menus that open at their button: arrow keys, first letters, Escape and Tab. Escape also closes an open drop-down list
// and the field that a name in a row has become.
import { on, one, stop } from "./dom.js";

const ITEMS = "a, button";
/** Between a menu and its button, in pixels. */
const GAP = 4;
let opener;

/** The button of the menu that contains this element, if a menu does. */
export const menuButtonOf = element => element.closest("[role=menu]") && opener;

/**
 * Below the button, or above where there is no space below. A CSS anchor would do that, but when automation scrolls a
 * control into view before it clicks, Chromium at times scrolls the page behind an anchored menu, and the menu with it.
 */
const place = menu => {
  const { top, bottom, right } = opener.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = menu;
  const fits = bottom + offsetHeight + 2 * GAP <= innerHeight || top < offsetHeight + 2 * GAP;
  const y = fits ? bottom + GAP : top - offsetHeight - GAP;
  Object.assign(menu.style, { margin: 0, inset: `${y}px auto auto ${Math.max(GAP, right - offsetWidth)}px` });
};

export const openMenu = (menu, button) => {
  opener = button;
  menu.showPopover({ source: button });
  place(menu);
  one(ITEMS, menu).focus();
};

for (const event of ["scroll", "resize"]) {
  addEventListener(event, () => {
    const menu = one("[role=menu]:popover-open");
    if (menu) place(menu);
  }, true);
}
on("toggle", ({ target, newState }) => {
  if (target.role !== "menu") return;
  opener.ariaExpanded = newState === "open";
  // htmx would copy the style to the next menu, which the content security policy forbids.
  if (newState === "closed") target.removeAttribute("style");
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
