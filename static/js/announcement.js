// What happened, for the ears (a live region) or for the eyes (a message).
import { one } from "./dom.js";

export const say = text => {
  one("dialog [role=status], #live").textContent = text;
};

export const fail = (text, role = "alert") => {
  const place = one("dialog") || one("main");
  const box = document.createElement("p");
  one(":scope > p.bad", place)?.remove();
  box.className = "message bad";
  box.role = role;
  box.dataset.testid = "flash-error";
  box.textContent = text;
  one(".head, h1, h2", place).after(box);
  box.scrollIntoView({ block: "nearest" });
};
