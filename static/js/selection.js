// Choosing rows: all, a range, none.
{
  const form = byId("selection"), all = byId("select-all");
  if (form) {
    const boxes = [...document.querySelectorAll("tbody [name=id]")];
    let last, count;
    const show = () => {
      count = boxes.filter(box => box.checked).length;
      one("[role=status]", form).textContent = count ? form.dataset.selected.replace("#", count) : "";
      all.checked = count === boxes.length;
      all.indeterminate = count > 0 && !all.checked;
    };
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
    all.onchange = () => set(all.checked);
    on("keydown", e => { if (e.key === "Escape" && count && !one("dialog")) set(false) });
    addEventListener("pageshow", show);
  }
}
