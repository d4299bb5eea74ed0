// Opens what is swapped into #dialog-slot, closes it, gives the focus back.
import { fail, say } from "./announcement.js";
import { byId, differs, focus, on, one } from "./dom.js";
import { menuButtonOf, openMenu } from "./menu.js";
import { guard } from "./reveal.js";

const slot = byId("dialog-slot");
const isKept = dialog => "keepOpen" in dialog.dataset;
/** What htmx swaps is an element, or a selector if the server named it. */
const element = target => typeof target === "string" ? one(target) : target;
let dialog, opener, openedAt, pressed, nextRow;

/** Whether something would be lost that nobody has sent, and this is the first try to leave. */
const isLeftTooSoon = () => {
  const fields = [...dialog.querySelectorAll("input:not([type=search]), textarea, select")];
  // After a refusal or a new sign-in, the server has sent what was typed.
  const isChanged = one("[aria-invalid], .error-summary, [data-changed]", dialog) || fields.some(differs);
  if (!dialog.dataset.unsaved || !isChanged) return false;
  fail(dialog.dataset.unsaved);
  delete dialog.dataset.unsaved;
  return true;
};

const isOutside = e => {
  if (e.target !== dialog) return false;
  const box = dialog.getBoundingClientRect();
  return e.clientX < box.left || e.clientX > box.right || e.clientY < box.top || e.clientY > box.bottom;
};

/** A row was swapped or deleted: closes the dialog, and moves the focus to what the row has become, or to the next. */
const returnToRow = row => {
  const field = row && one("[name=name]", row);
  if (row && (field || !opener?.isConnected)) opener = field || one(".c-name a", row);
  if (dialog?.open) dialog.close();
  else if (row) opener.focus();
  else focus(one("h1"));
  field?.select();
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
  const source = ctx.request.submitter || ctx.sourceElement;
  // The heading fetches itself after an action.
  if (source.id !== "list-head" && !slot.contains(source)) opener = menuButtonOf(source) || source;
});
on("htmx:before:swap", ({ detail: { ctx } }) => {
  const target = element(ctx.target);
  nextRow = ctx.swap?.startsWith("delete") ? target.nextElementSibling || target.previousElementSibling : target;
});
on("htmx:after:swap", ({ detail: { ctx } }) => {
  const target = element(ctx.target);
  if (target === slot) open();
  else if (target?.id === "menu-slot") openMenu(one("[role=menu]", target), opener);
  else if (ctx.swap?.startsWith("delete") || target?.localName === "tr") returnToRow(nextRow);
});
on("close", e => {
  if (e.target !== dialog) return;
  if ("reload" in dialog.dataset) return location.reload();
  slot.replaceChildren();
  if (opener?.isConnected) opener.focus();
  else focus(one("h1"));
}, true);
on("cancel", e => {
  if (isKept(e.target) || e.target === dialog && isLeftTooSoon()) e.preventDefault();
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
  if (cancel || isBeside && !isLeftTooSoon()) dialog.close();
});
