// Shows the bar that saves a form as long as something in the form differs from what the server sent.
import { on, one } from "./dom.js";

const bar = one(".save-bar");
const form = bar?.closest("form");
if (form && !("changed" in form.dataset)) {
  const differs = field => field.checked !== field.defaultChecked || field.value !== field.defaultValue;
  const update = () => {
    form.toggleAttribute("data-changed", [...form.querySelectorAll("input, textarea")].some(differs));
    if (form.contains(document.activeElement)) document.activeElement.scrollIntoView({ block: "nearest" });
  };
  on("input", update);
  // The browser fills in what was typed before a reload.
  addEventListener("pageshow", update);
}
