// Arrow keys in menus; Escape closes an open menu, and the field that a name in a row has become.
import { on, one, stop } from "./dom.js";

on("keydown", e => {
  const { key, target } = e;
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
  const items = [...target.closest(".menu, .drop[open]")?.querySelectorAll("a, button") || []];
  const at = items.indexOf(target);
  const to = { ArrowDown: at + 1, ArrowUp: at < 1 ? -1 : at - 1, Home: 0, End: -1 }[key];
  if (items.length && to != null) {
    stop(e);
    items.at(to % items.length).focus();
  }
}, true);
