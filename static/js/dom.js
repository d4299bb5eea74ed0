// Short names for what every module does with the document.
export const page = document.documentElement;
export const on = (type, act, capture) => document.addEventListener(type, act, capture);
export const one = (selector, within = document) => within.querySelector(selector);
/** Whether somebody has changed a field since the server sent it. */
export const differs = field => field.localName === "select"
  ? field.selectedIndex !== Math.max(0, [...field.options].findIndex(option => option.defaultSelected))
  : field.checked !== field.defaultChecked || field.value !== field.defaultValue;
export const byId = id => document.getElementById(id);
export const stop = e => {
  e.preventDefault();
  e.stopPropagation();
};
export const focus = target => {
  target.tabIndex = -1;
  target.focus();
};
