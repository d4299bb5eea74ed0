// Inactive controls explain themselves when they are pressed.
import { fail, say } from "./announcement.js";
import { byId, on, stop } from "./dom.js";

on("click", e => {
  // htmx 4.0.1 would cancel these clicks and then do nothing.
  if (e.ctrlKey || e.metaKey || e.shiftKey) e.target.closest("a") && e.stopPropagation();
  const control = e.target.closest("[aria-disabled=true], a.htmx-request");
  if (!control) return;
  stop(e);
  const note = byId(control.getAttribute("aria-describedby"));
  if (!note) return;
  const box = byId(note.dataset.for);
  // What was visible all the time is no answer. The live region speaks, so that the message need not.
  if (!box && !note.hidden) fail(note.textContent, "note");
  else note.classList.add("error");
  note.hidden = false;
  if (!box) return say(note.textContent);
  box.ariaInvalid = "true";
  box.setAttribute("aria-describedby", note.id);
  box.focus();
}, true);
