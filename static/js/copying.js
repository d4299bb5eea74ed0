// Buttons that copy the text of an element.
import { say } from "./announcement.js";
import { byId, on, one } from "./dom.js";

const copy = async field => {
  try {
    await navigator.clipboard.writeText(field.value ?? field.textContent);
    return true;
  } catch {
    field.focus();
    if (field.select) field.select();
    else getSelection().selectAllChildren(field);
    // Over plain http there is no other way.
    return document.execCommand("copy");
  }
};

/** Of all buttons only this one says that its text is copied. */
const mark = button => {
  for (const { dataset, firstChild } of document.querySelectorAll("[data-copy]")) {
    dataset.uncopied ??= firstChild.data;
    firstChild.data = dataset === button.dataset ? dataset.copied : dataset.uncopied;
  }
};

/** Copies a text that stands nowhere. If the browser refuses, the button displays the text. */
on("click", async e => {
  const button = e.target.closest("[data-copy-text]");
  if (!button) return;
  const field = document.createElement("input");
  field.className = "vh";
  field.value = button.dataset.copyText;
  button.after(field);
  const isCopied = await copy(field);
  field.remove();
  button.focus();
  one(".copied")?.classList.remove("copied");
  button.classList.toggle("copied", isCopied);
  if (isCopied) say(button.closest("table").dataset.copied);
  else button.textContent = button.dataset.copyText;
});

on("click", async e => {
  const button = e.target.closest("[data-copy]");
  if (!button) return;
  const status = button.nextElementSibling;
  if (await copy(byId(button.dataset.copy))) {
    mark(button);
    if (button.dataset.said) status.textContent = button.dataset.said;
    else say(button.textContent);
  } else {
    status.textContent = button.dataset.refused;
  }
});
