// What machines can say about a page: axe, the markup, labels of controls, sizes of targets, and what sticks out.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "@playwright/test";
import { HtmlValidate } from "html-validate";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** Rules about colours. Elements and their layout are the same in every theme. */
export const COLOURS = ["color-contrast", "link-in-text-block"];

/** The faults that axe finds by these rules, each with the elements that it finds them in. */
export async function axeFaults(page, runOnly = { type: "tag", values: TAGS }) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  // The rule is an experiment of axe, and has found a fault here.
  const rules = runOnly.type === "tag" ? { "td-has-header": { enabled: true } } : {};
  const options = { runOnly, rules, resultTypes: ["violations"] };
  const { violations, passes } = await page.evaluate(options => window.axe.run(document, options), options);
  expect(passes.length, "axe did look").toBeGreaterThan(runOnly.type === "tag" ? 10 : 0);
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help} (${target.join(" ")})`));
}

const validator = new HtmlValidate({
  extends: ["html-validate:standard"],
  rules: {
    // Scripts of the page write such attributes into the document.
    "attribute-boolean-style": "off",
    "attribute-empty-style": "off",
    "no-trailing-whitespace": "off",
    "doctype-style": "off",
    "no-raw-characters": "off",
    "void-style": "off",
    // A label around its control, and a button that submits, are right without more.
    "no-implicit-button-type": "off",
    "input-missing-label": "off",
    // Some choices are several fields of one name.
    "form-dup-name": "off",
    // The sizes, and the roles that stand beside elements of the same meaning, are judged by axe.
    "no-redundant-role": "off",
    "prefer-native-element": "off",
    "unique-landmark": "off",
    "long-title": "off",
  },
});

/** What is not valid in this document. */
export async function markupFaults(html) {
  const { results } = await validator.validateString(html);
  // The standard permits the element there, and so does the checker of the W3C.
  const isPermitted = message => message.startsWith("<details> element is not permitted as a descendant of <th>");
  const faults = results.flatMap(({ messages }) => messages).filter(({ message }) => !isPermitted(message));
  return faults.map(({ ruleId, message, line, column }) => `${ruleId}: ${message} (${line}:${column})`);
}

/** Controls without exactly one label, labels of nothing, and ids that exist twice, in the page and its dialogs. */
export const labelFaults = page => page.evaluate(() => {
  const faults = [];
  const text = element => element.outerHTML.slice(0, 120);
  const seen = new Set();
  for (const { id } of document.querySelectorAll("[id]")) {
    if (seen.has(id)) faults.push(`the id ${id} exists twice`);
    seen.add(id);
  }
  for (const control of document.querySelectorAll("input:not([type=hidden], [type=submit], [hidden]), select, textarea")) {
    const isNamed = control.ariaLabel || control.hasAttribute("aria-labelledby");
    const count = control.labels.length + (isNamed ? 1 : 0);
    if (count !== 1) faults.push(`${count} labels: ${text(control)}`);
  }
  for (const label of document.querySelectorAll("label[for]")) if (label.control === null) faults.push(`a label of nothing: ${text(label)}`);
  return faults;
});

/** Targets smaller than `least` pixels. A link within a sentence may be smaller (WCAG 2.5.8), and so may a control in a larger label. */
export const targetFaults = (page, least) => page.evaluate(least => {
  const isInSentence = element => getComputedStyle(element).display === "inline"
    && element.parentElement.textContent.trim() !== element.textContent.trim();
  const isLarge = box => box.width >= least - .5 && box.height >= least - .5;
  const targets = document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary");
  const inFront = document.querySelector("dialog[open]");
  return [...targets].filter(target => {
    const box = target.getBoundingClientRect();
    const isHidden = !target.checkVisibility({ visibilityProperty: true }) || box.width < 2 || target.closest(".vh, .skip");
    if (isHidden || inFront && !inFront.contains(target)) return false;
    if (isLarge(box) || isInSentence(target)) return false;
    const labels = target.labels ? [...target.labels] : [];
    return !labels.some(label => isLarge(label.getBoundingClientRect()));
  }).map(target => {
    const { width, height } = target.getBoundingClientRect();
    return `${Math.round(width)} × ${Math.round(height)}: ${target.outerHTML.replace(/\s+/g, " ").slice(0, 110)}`;
  });
}, least);

/**
 * What cannot be told apart when the system forces its few colours on a page, which takes away every background: controls
 * without an edge, and choices and badges that only a background marks.
 */
export async function forcedColourFaults(page) {
  const faults = [];
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, forcedColors: "active" });
    faults.push(...await page.evaluate(colorScheme => {
      const colour = text => (text.match(/[\d.]+/g) ?? []).map(Number);
      const differs = (one, other) => colour(one).slice(0, 3).some((value, at) => Math.abs(value - colour(other)[at]) > 60);
      const canvas = document.body.appendChild(document.createElement("i"));
      canvas.style.color = "Canvas";
      const ground = getComputedStyle(canvas).color;
      canvas.remove();
      const isEdge = (width, style, edge) => parseFloat(width) >= 1 && style !== "none" && colour(edge)[3] !== 0 && differs(edge, ground);
      const hasEdge = element => {
        const style = getComputedStyle(element);
        return isEdge(style.borderTopWidth, style.borderTopStyle, style.borderTopColor)
          || isEdge(style.borderBottomWidth, style.borderBottomStyle, style.borderBottomColor)
          || isEdge(style.borderInlineStartWidth, style.borderInlineStartStyle, style.borderInlineStartColor)
          || isEdge(style.outlineWidth, style.outlineStyle, style.outlineColor)
          || style.textDecorationLine.includes("underline")
          || colour(style.backgroundColor)[3] !== 0 && differs(style.backgroundColor, ground);
      };
      const wanted = "button:not(.menu *), .button, input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea, .badge, [aria-pressed=true], main [aria-current], .rail [aria-current]";
      const inFront = document.querySelector("dialog[open]") ?? document.body;
      return [...inFront.querySelectorAll(wanted)].filter(element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
        && element.getBoundingClientRect().width > 1 && !element.closest(".vh, .breadcrumbs") && !hasEdge(element))
        .map(element => `${colorScheme}: ${element.outerHTML.replace(/\s+/g, " ").slice(0, 120)}`);
    }, colorScheme));
  }
  await page.emulateMedia({ colorScheme: null, forcedColors: null });
  return faults;
}

/** What is wider than the screen. */
export async function overflowFaults(page) {
  return page.evaluate(() => {
    const screen = document.documentElement.clientWidth;
    const isBeside = element => {
      const { left, right, width } = element.getBoundingClientRect();
      return width > 0 && (right > screen + .5 || left < -.5) && !element.closest(".vh, .skip");
    };
    const faults = [...document.querySelectorAll("dialog[open]")].filter(dialog => dialog.scrollWidth > dialog.clientWidth)
      .map(() => "a dialog scrolls sideways");
    if (document.scrollingElement.scrollWidth <= screen) return faults;
    const culprits = [...document.querySelectorAll("body *")].filter(isBeside).map(element => element.outerHTML.slice(0, 120));
    return [...faults, `${document.scrollingElement.scrollWidth} px wide: ${culprits.slice(0, 5).join("\n")}`];
  });
}
