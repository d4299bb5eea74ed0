// Shows the bar that saves a form as long as something in the form differs from what the server sent.
import { differs, on, one } from "./dom.js";

const bar = one(".save-bar");
const form = bar?.closest("form");
if (form && !("changed" in form.dataset)) {
  const update = () => {
    form.toggleAttribute("data-changed", [...form.querySelectorAll("input, textarea, select")].some(differs));
    if (form.contains(document.activeElement)) document.activeElement.scrollIntoView({ block: "nearest" });
  };
  on("input", update);
  // The browser fills in what was typed before a reload.
  addEventListener("pageshow", update);
}
