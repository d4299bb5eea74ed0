// Short names for what every module does with the document.
export const page = document.documentElement;
export const on = (type, act, capture) => document.addEventListener(type, act, capture);
export const one = (selector, within = document) => within.querySelector(selector);
export const byId = id => document.getElementById(id);
export const stop = e => {
  e.preventDefault();
  e.stopPropagation();
};
export const focus = target => {
  target.tabIndex = -1;
  target.focus();
};
