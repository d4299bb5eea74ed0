// The list of keys changes in place: filters keep the page where it is, and actions on a row report below the table.
import { say } from "./announcement.js";
import { byId, focus, on, one } from "./dom.js";

on("click", e => {
  const act = e.target.closest("button[role=switch]")?.dataset.act;
  if (!act) return;
  const form = byId("row-act");
  form.action = act;
  form.requestSubmit();
});
// An attribute would take the focus back to the first filter after each change.
on("toggle", e => {
  if (e.target.id === "filters" && e.newState === "open") one("select, input:not([type=hidden])", e.target).focus();
}, true);
on("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.sourceElement.id === "filters") {
    const address = new URL(ctx.response.raw.url);
    for (const [name, value] of [...address.searchParams]) if (!value) address.searchParams.delete(name);
    history.replaceState(null, "", address);
    // What was typed there is now the name of whom it found.
    const owner = byId("owned_by");
    if (owner) owner.value = owner.defaultValue;
    const faults = one("[data-focus]");
    if (faults) focus(faults);
    say(one(".found")?.textContent || "");
  }
  if (!ctx.hx?.trigger) return;
  // There is one message: that of the page is older.
  for (const message of document.querySelectorAll("main .message:not(.notice *)")) message.remove();
  byId("live").textContent = one("#notice p").textContent;
  // The keys of the next page, or the empty list.
  if (!one("tbody tr")) location.reload();
});
