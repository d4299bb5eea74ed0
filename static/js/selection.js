// Selecting rows: all, a range, none. The selection stays through sorting and paging, until an action ends it.
import { byId, on, one } from "./dom.js";

const form = byId("selection"), all = byId("select-all"), memory = form?.dataset.memory;
if (memory) {
  const boxes = [...document.querySelectorAll("tbody [name=id]")];
  let last, kept, elsewhere = [];
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
  form.addEventListener("formdata", e => { for (const id of elsewhere) e.formData.append("id", id) });
  const set = (checked, some = boxes) => {
    for (const box of some) box.checked = checked;
    show();
  };
  on("mousedown", e => { if (e.shiftKey && e.target.name === "id") e.preventDefault() });
  on("click", e => {
    const at = boxes.indexOf(e.target);
    if (at < 0) return;
    const from = e.shiftKey && last != null ? last : at;
    last = at;
    set(e.target.checked, boxes.slice(Math.min(at, from), Math.max(at, from) + 1));
  });
  const clear = () => { kept.clear(); set(false) };
  all.onchange = () => set(all.checked);
  one("[data-clear-selection]", form).onclick = clear;
  on("keydown", e => { if (e.key === "Escape" && kept.size && !one("dialog")) clear() });
  addEventListener("pageshow", e => {
    kept = new Set(one("main > .good") && !e.persisted ? [] : JSON.parse(sessionStorage[memory] || "[]"));
    for (const box of boxes) box.checked = kept.has(box.value);
    show();
  });
}
