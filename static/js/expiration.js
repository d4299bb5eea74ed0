// A preset fills in the expiration date. Typing a date selects “Custom date”.
import { byId, on } from "./dom.js";

on("change", ({ target: { name, dataset } }) => {
  if (name !== "expires_in") return;
  const field = byId("expires_on");
  if ("date" in dataset) field.value = dataset.date;
  else field.focus();
});
on("input", e => {
  const custom = byId("expires_in-date");
  if (e.target.id === "expires_on" && custom) custom.checked = true;
});
