// What all htmx requests share: <html data-busy> counts open ones, a form is sent once, a lost server is reported.
import { fail } from "./announcement.js";
import { on, page, stop } from "./dom.js";

const open = new Set();
const settle = () => {
  page.dataset.busy = open.size;
  if (!open.size) for (const form of document.forms) form.ariaBusy = null;
};

page.classList.add("js");
on("htmx:before:request", ({ detail: { ctx } }) => {
  open.add(ctx);
  settle();
});
on("htmx:finally:request", ({ detail: { ctx } }) => {
  const to = ctx.hx?.redirect;
  // A redirect keeps the page busy until it is left; to another place on the same page it would not load at all.
  if (!to) open.delete(ctx);
  else if (to.includes("#") && new URL(to, location).href === location.href) location.reload();
  settle();
});
on("htmx:error", () => fail(document.body.dataset.noAnswer));
on("submit", e => {
  const form = e.target;
  if (form.ariaBusy) return stop(e);
  form.ariaBusy = "true";
  setTimeout(settle, 5000);
}, true);
addEventListener("pageshow", e => {
  if (!e.persisted) return;
  open.clear();
  settle();
});
