// Inactive controls explain themselves; focus after loading; dismissible messages; show and hide of passwords.
{
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
  on("click", e => {
    const close = e.target.closest("[data-dismiss]");
    if (close) { close.parentNode.remove(); focus(one("h1")) }
  });
  const flash = one("main > .message p");
  const target = one("[data-focus], tr.new") || byId(location.hash.slice(1))?.closest("tr") || flash && one("h1");
  if (target) focus(target);
  // A live region speaks only when it changes.
  if (flash) setTimeout(() => flash.firstChild.replaceWith(flash.textContent), 200);
  const found = one("[data-say]");
  if (found) setTimeout(() => say(found.textContent), 200);
  for (const input of document.querySelectorAll("[type=password]")) {
    const button = document.createElement("button"), rest = document.createElement("span"), words = input.dataset;
    button.type = "button";
    button.className = "button quiet";
    rest.className = "vh";
    rest.textContent = " " + words.what;
    button.append(words.show, rest);
    button.onclick = () => {
      const show = input.type === "password";
      input.type = show ? "text" : "password";
      button.firstChild.data = show ? words.hide : words.show;
    };
    input.form.addEventListener("submit", () => { input.type = "password" });
    input.after(button);
    input.parentNode.classList.add("has-toggle");
  }
}
