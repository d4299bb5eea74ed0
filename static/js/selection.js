// Selecting rows: all, a range, none. The selection stays through sorting and paging, until an action ends it.
import { byId, on, one } from "./dom.js";

let form, all, memory, boxes, last, kept, elsewhere, held;

const show = () => {
  const here = boxes.filter(box => box.checked);
  elsewhere = [...kept].filter(id => !boxes.some(box => box.value === id));
  kept = new Set([...elsewhere, ...here.map(box => box.value)]);
  sessionStorage[memory] = JSON.stringify([...kept]);
  const text = elsewhere.length ? form.dataset.elsewhere.replace("##", elsewhere.length) : form.dataset.selected;
  one("[role=status]", form).textContent = kept.size ? text.replace("#", kept.size) : "";
  all.checked = here.length === boxes.length;
  all.indeterminate = here.length > 0 && !all.checked;
};
const set = (checked, some = boxes) => {
  for (const box of some) box.checked = checked;
  show();
};
const clear = () => {
  kept.clear();
  set(false);
};
/** Reads the list as it is now. */
const begin = hasEnded => {
  form = byId("selection");
  all = byId("select-all");
  memory = form?.dataset.memory;
  boxes = memory ? [...document.querySelectorAll("tbody [name=id]")] : [];
  kept = new Set(hasEnded || !memory ? [] : JSON.parse(sessionStorage[memory] || "[]"));
  last = null;
  if (!memory) return;
  for (const box of boxes) box.checked = kept.has(box.value);
  show();
};

on("formdata", e => {
  if (memory && e.target === form) for (const id of elsewhere) e.formData.append("id", id);
});
on("mousedown", e => { if (e.shiftKey && e.target.name === "id") e.preventDefault() });
on("click", e => {
  if (memory && e.target.closest("[data-clear-selection]")) clear();
  const at = boxes.indexOf(e.target);
  if (at < 0) return;
  // Firefox says nothing of Shift when a key was pressed.
  const from = (e.shiftKey || (!e.detail && held)) && last != null ? last : at;
  last = at;
  set(e.target.checked, boxes.slice(Math.min(at, from), Math.max(at, from) + 1));
});
on("change", e => { if (memory && e.target === all) set(all.checked) });
on("keydown", e => {
  held = e.shiftKey;
  if (e.key === "Escape" && memory && kept.size && !one("dialog, :popover-open")) clear();
});
on("htmx:after:swap", ({ detail: { ctx } }) => {
  if (memory && ctx.swap?.startsWith("delete")) {
    kept.delete(ctx.target.slice(1));
    sessionStorage[memory] = JSON.stringify([...kept]);
  }
  begin();
});
boxes = [];
addEventListener("pageshow", e => begin(one("main > .good") && !e.persisted));
