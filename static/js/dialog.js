// Opens what is swapped into #dialog-slot, closes it, gives the focus back.
import { fail, say } from "./announcement.js";
import { byId, focus, on, one } from "./dom.js";
import { guard } from "./reveal.js";

const slot = byId("dialog-slot");
const isKept = dialog => "keepOpen" in dialog.dataset;
let dialog, opener, openedAt, pressed;

const isOutside = e => {
  if (e.target !== dialog) return false;
  const box = dialog.getBoundingClientRect();
  return e.clientX < box.left || e.clientX > box.right || e.clientY < box.top || e.clientY > box.bottom;
};

/** A row was swapped: the menu, when it closes, gives the focus to what its row has become. */
const returnToRow = row => {
  const name = one("[name=name], .c-name > a", row);
  if (!name) return;
  opener = name;
  if (dialog?.open) dialog.close();
  else name.focus();
  name.select?.();
};

const open = () => {
  dialog = one("dialog", slot);
  if (!dialog) {
    slot.replaceChildren();
    return fail(document.body.dataset.wentWrong);
  }
  if (isKept(dialog)) dialog.setAttribute("closedby", "none");
  dialog.showModal();
  openedAt = Date.now();
  (one("[aria-invalid=true]", dialog) || one("[autofocus]", dialog))?.focus();
  guard();
};

on("htmx:before:request", ({ detail: { ctx } }) => {
  if (!slot.contains(ctx.sourceElement)) opener = ctx.request.submitter || ctx.sourceElement;
});
on("htmx:after:swap", ({ detail: { ctx } }) => {
  if ([slot, "#dialog-slot"].includes(ctx.target)) open();
  else returnToRow(ctx.target);
});
on("close", e => {
  if (e.target !== dialog) return;
  slot.replaceChildren();
  if (opener?.isConnected) opener.focus();
  else focus(one("h1"));
}, true);
on("cancel", e => {
  if (isKept(e.target)) e.preventDefault();
}, true);
on("keydown", e => {
  if (e.key !== "Escape" || !dialog?.open || !isKept(dialog)) return;
  e.preventDefault();
  say(dialog.dataset.keepOpen);
}, true);
on("pointerdown", e => {
  pressed = isOutside(e);
}, true);
on("click", e => {
  const cancel = dialog?.open && e.target.closest("[data-close]");
  if (cancel) e.preventDefault();
  const isBeside = pressed && isOutside(e) && !isKept(dialog) && Date.now() - openedAt > 400;
  if (cancel || isBeside) dialog.close();
});
