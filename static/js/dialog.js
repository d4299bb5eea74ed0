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
    if (![slot, "#dialog-slot"].includes(ctx.target)) return;
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
  on("pointerdown", e => { pressed = outside(e) }, true);
  on("click", e => {
    const cancel = dialog?.open && e.target.closest("[data-close]");
    if (cancel) e.preventDefault();
    if (cancel || pressed && outside(e) && !kept(dialog) && Date.now() - openedAt > 400) dialog.close();
  });
}
