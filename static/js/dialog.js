// Opens what is swapped into #dialog-slot, closes it, gives the focus back.
{
  const slot = byId("dialog-slot");
  const kept = dialog => "keepOpen" in dialog.dataset;
  let dialog, opener, openedAt, pressed;
  const outside = e => {
    const box = dialog?.getBoundingClientRect();
    return e.target === dialog && (e.clientX < box.left || e.clientX > box.right || e.clientY < box.top || e.clientY > box.bottom);
  };
  on("htmx:before:request", ({ detail: { ctx } }) => {
    if (!slot.contains(ctx.sourceElement)) opener = ctx.request.submitter || ctx.sourceElement;
  });
  on("htmx:after:swap", ({ detail: { ctx } }) => {
    if (![slot, "#dialog-slot"].includes(ctx.target)) {
      const name = one("[name=name], .c-name > a", ctx.target);
      if (!name) return;
      // The menu, when it closes, gives the focus to what its row has become.
      opener = name;
      if (dialog?.open) dialog.close();
      else name.focus();
      return name.select?.();
    }
    dialog = one("dialog", slot);
    if (!dialog) {
      slot.replaceChildren();
      return fail(document.body.dataset.wentWrong);
    }
    if (kept(dialog)) dialog.setAttribute("closedby", "none");
    dialog.showModal();
    openedAt = Date.now();
    (one("[aria-invalid=true]", dialog) || one("[autofocus]", dialog))?.focus();
    guard();
  });
  on("close", e => {
    if (e.target !== dialog) return;
    slot.replaceChildren();
    if (opener?.isConnected) opener.focus();
    else focus(one("h1"));
  }, true);
  on("cancel", e => { if (kept(e.target)) e.preventDefault() }, true);
  on("keydown", e => {
    if (e.key !== "Escape" || !dialog?.open || !kept(dialog)) return;
    e.preventDefault();
    say(dialog.dataset.keepOpen);
  }, true);
  on("keydown", e => {
    const { key, target } = e, esc = key === "Escape", drop = esc && target.closest(".drop[open]"), form = esc && target.closest(".rename");
    if (drop) { drop.open = false; one("summary", drop).focus() }
    if (form) one("a", form).click();
    if (drop || form) stop(e);
    const items = [...target.closest(".menu, .drop[open]")?.querySelectorAll("a, button") || []], at = items.indexOf(target);
    const to = { ArrowDown: at + 1, ArrowUp: at < 1 ? -1 : at - 1, Home: 0, End: -1 }[key];
    if (items.length && to != null) { stop(e); items.at(to % items.length).focus() }
  }, true);
  on("pointerdown", e => { pressed = outside(e) }, true);
  on("click", e => {
    const cancel = dialog?.open && e.target.closest("[data-close]");
    if (cancel) e.preventDefault();
    if (cancel || pressed && outside(e) && !kept(dialog) && Date.now() - openedAt > 400) dialog.close();
  });
}
