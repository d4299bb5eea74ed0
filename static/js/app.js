// Helpers, and what every htmx request shares: <html data-busy> counts the open ones, a form is sent once, a lost server is told.
const page = document.documentElement;
const on = (type, act, capture) => document.addEventListener(type, act, capture);
const one = (selector, within = document) => within.querySelector(selector);
const byId = id => document.getElementById(id);
const stop = e => { e.preventDefault(); e.stopPropagation() };
const focus = target => { target.tabIndex = -1; target.focus() };
const say = text => { one("dialog [role=status], #live").textContent = text };
const fail = (text, role = "alert") => {
  const place = one("dialog") || one("main"), box = document.createElement("p");
  one(":scope > p.bad", place)?.remove();
  box.className = "message bad";
  box.role = role;
  box.dataset.testid = "flash-error";
  box.textContent = text;
  one(".head, h1, h2", place).after(box);
  box.scrollIntoView({ block: "nearest" });
};
{
  const open = new Set();
  const settle = () => {
    page.dataset.busy = open.size;
    if (!open.size) for (const form of document.forms) form.ariaBusy = null;
  };
  page.classList.add("js");
  on("htmx:before:request", ({ detail: { ctx } }) => { open.add(ctx); settle() });
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
  addEventListener("pageshow", e => { if (e.persisted) { open.clear(); settle() } });
}
htmx.process(document.body);
