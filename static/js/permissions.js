// The permissions in the form of a key: finding one, and how many of each resource are selected.
import { on, one } from "./dom.js";

on("change", ({ target }) => {
  const group = target.name === "permissions" && target.closest(".resource");
  if (!group) return;
  const all = one(".all input", group);
  const each = [...group.querySelectorAll("label:not(.all) input")];
  // A wildcard contains them, so they need not be sent.
  if (target === all) for (const box of each) box.disabled = all.checked;
  const chosen = all?.checked ? each : each.filter(box => box.checked);
  const count = one(".count", group);
  count.textContent = count.dataset.count.replace("#", chosen.length);
});
on("input", ({ target }) => {
  if (target.id !== "find-permission") return;
  const wanted = target.value.trim().toLowerCase();
  let found = 0;
  for (const group of target.closest(".chosen").querySelectorAll(".resource")) {
    let matches = 0;
    for (const label of group.querySelectorAll("label")) {
      const matched = label.textContent.toLowerCase().includes(wanted);
      label.hidden = !matched;
      matches += matched;
    }
    group.dataset.open ??= group.open;
    group.open = wanted ? matches > 0 : group.dataset.open === "true";
    group.hidden = !matches;
    found += matches;
  }
  target.nextElementSibling.textContent = wanted && target.dataset.found.replace("#", found);
});
// Enter in the search field sends no form.
on("keydown", e => e.key === "Enter" && e.target.id === "find-permission" && e.preventDefault());
