// Theme and language apply as soon as they are selected: the theme in this page, the language with the next one.
import { on, page } from "./dom.js";

let timer;
on("change", ({ target }) => {
  if (target.id === "theme") {
    if (target.value === "browser") delete page.dataset.theme;
    else page.dataset.theme = target.value;
  }
  if ("autosubmit" in target.dataset) {
    // Arrow keys pass other options on their way.
    clearTimeout(timer);
    timer = setTimeout(() => target.form.requestSubmit(), 500);
  }
});
