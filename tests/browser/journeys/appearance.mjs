// Every state of every page: no accessibility fault by axe in light and dark, nothing beside a screen of 320 px, and
// the marks that every page bears. The database makes no difference here.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "../support/fixtures.mjs";
import { newPerson } from "../support/portal.mjs";
import { STATES } from "../support/states.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const SCHEMES = ["light", "dark"];

/** The faults that axe finds, each with the elements that it finds them in. */
async function audit(page) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(tags => window.axe.run(document, { runOnly: { type: "tag", values: tags } }), RULES);
  expect(passes.length, "axe did look").toBeGreaterThan(10);
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help} (${target.join(" ")})`));
}

async function prepare(portal, { visitor, expects = [] }) {
  portal.watch.allow(...expects);
  if (!visitor) await portal.register(newPerson());
}

async function expectNothingSticksOut(page) {
  const { width, culprits } = await page.evaluate(() => {
    const beside = element => {
      const { left, right, width } = element.getBoundingClientRect();
      return width > 0 && (right > 320.5 || left < -0.5) && !element.closest(".vh, .skip");
    };
    return {
      width: document.scrollingElement.scrollWidth,
      culprits: [...document.querySelectorAll("body *")].filter(beside).map(element => element.outerHTML.slice(0, 120)),
    };
  });
  expect(width, culprits.join("\n")).toBeLessThanOrEqual(320);
  const sideways = await page.evaluate(() => [...document.querySelectorAll("dialog[open]")].filter(dialog => dialog.scrollWidth > dialog.clientWidth).length);
  expect(sideways, "dialogs that scroll sideways").toBe(0);
}

for (const state of STATES) {
  test(`${state.name}: axe finds nothing in light and dark, and nothing sticks out at 320 px`, { tag: ["@js", "@once"] }, async ({ portal, page }) => {
    await prepare(portal, state);
    await state.visit(portal);
    await portal.settled();
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      expect(await audit(page), colorScheme).toEqual([]);
    }
    await page.setViewportSize({ width: 320, height: 720 });
    expect(await audit(page), "at 320 px").toEqual([]);
    await expectNothingSticksOut(page);
    await expect(page).toHaveTitle(/ – Latchkey$/);
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    await expect(page.locator("h1")).toHaveCount(1);
    await expect(page.locator("main")).toHaveCount(1);
  });

  // With JavaScript the one above looks at that, too.
  test(`${state.name}: nothing sticks out at 320 px`, { tag: ["@nojs", "@once"] }, async ({ portal, page }) => {
    await page.setViewportSize({ width: 320, height: 720 });
    await prepare(portal, state);
    await state.visit(portal);
    await portal.settled();
    await expectNothingSticksOut(page);
  });
}

test("the audit does find faults", { tag: ["@js", "@once"] }, async ({ ownerPortal: portal, page }) => {
  await portal.goToList();
  await page.evaluate(() => {
    const button = document.createElement("button");
    document.querySelector("main").append(button, document.createElement("img"));
  });
  const faults = await audit(page);
  expect(faults.some(fault => fault.startsWith("button-name"))).toBe(true);
  expect(faults.some(fault => fault.startsWith("image-alt"))).toBe(true);
});

test("the width test does find what sticks out", { tag: "@once" }, async ({ ownerPortal: portal, page }) => {
  await page.setViewportSize({ width: 320, height: 720 });
  await portal.goToList();
  await page.evaluate(() => { document.querySelector("h1").style.width = "400px" });
  expect(await page.evaluate(() => document.scrollingElement.scrollWidth)).toBeGreaterThan(320);
});

test("motion is left out for who asks for less of it", { tag: ["@js", "@once"] }, async ({ ownerPortal: portal, page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await portal.goToList();
  await portal.openCreate();
  const moving = await page.evaluate(() => document.getAnimations().filter(animation => animation.effect.getComputedTiming().duration > 10).length);
  expect(moving).toBe(0);
});
