// Asks this server, as a service would, whether the displayed token is valid. Keeps nothing.
import { byId, on } from "./dom.js";

on("click", async e => {
  const button = e.target.closest("[data-try]");
  if (!button) return;
  const place = button.parentElement.nextElementSibling;
  const answer = document.createElement("pre");
  answer.className = "mono";
  try {
    const body = JSON.stringify({ token: byId(button.dataset.tryOf).value });
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(button.dataset.try, { method: "POST", credentials: "omit", headers, body });
    answer.textContent = JSON.stringify(await response.json(), null, 2);
  } catch {
    answer.textContent = button.dataset.failed;
  }
  place.replaceChildren(answer);
});
