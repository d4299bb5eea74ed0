// After loading: focus on what the page is about, and messages that are read aloud; then they can be dismissed.
import { say } from "./announcement.js";
import { byId, focus, on, one } from "./dom.js";

on("click", e => {
  const close = e.target.closest("[data-dismiss]");
  if (!close) return;
  close.parentNode.remove();
  focus(one("h1"));
});

const flash = one("main > .message p");
const anchor = byId(location.hash.slice(1))?.closest("tr");
const target = one("[data-focus], tr.new") || anchor || flash && one("h1");
if (target) focus(target);
// A live region speaks only when it changes.
if (flash) setTimeout(() => flash.replaceChildren(...flash.childNodes), 200);
const found = one("[data-say]");
if (found) setTimeout(() => byId("live").textContent || say(found.textContent), 200);
