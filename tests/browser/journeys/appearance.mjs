// Every state of every page: no accessibility fault by axe in light and dark, nothing wider than a screen of 320 px,
// and the marks that every page has. The database makes no difference here.
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "../support/fixtures.mjs";
import { STATES } from "../support/states.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
// Elements and their layout are the same in both.
const COLOURS = ["color-contrast", "link-in-text-block"];

/** The faults that axe finds by these rules, each with the elements that it finds them in. */
async function audit(page, runOnly = { type: "tag", values: TAGS }) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const options = { runOnly, resultTypes: ["violations"] };
  const { violations, passes } = await page.evaluate(options => window.axe.run(document, options), options);
  expect(passes.length, "axe did look").toBeGreaterThan(runOnly.type === "tag" ? 10 : 0);
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help} (${target.join(" ")})`));
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
  const { name, visitor, empty, differs, expects = [], visit } = state;

  test.describe(name, () => {
    test.use({ registered: !empty });

    const arrive = async ({ context, portal, prepared }) => {
      portal.watch.allow(...expects);
      if (!visitor) await prepared.signIn(context);
      await visit(portal, prepared.owner);
      await portal.settled();
    };

    test("axe finds nothing in light and dark, and nothing sticks out at 320 px", async ({ context, portal, prepared, page }) => {
      await arrive({ context, portal, prepared });
      await page.emulateMedia({ colorScheme: "light" });
      expect(await audit(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await audit(page, { type: "rule", values: COLOURS }), "in the dark").toEqual([]);
      await page.setViewportSize({ width: 320, height: 720 });
      expect(await audit(page), "at 320 px").toEqual([]);
      await expectNothingSticksOut(page);
      await expect(page).toHaveTitle(/ – Latchkey$/);
      await expect(page.locator("html")).toHaveAttribute("lang", "en");
      await expect(page.locator("h1")).toHaveCount(1);
      await expect(page.locator("main")).toHaveCount(1);
    });

    // With JavaScript, the test above checks that, too.
    if (differs) test("nothing sticks out at 320 px", { tag: "@nojs" }, async ({ context, portal, prepared, page }) => {
      await page.setViewportSize({ width: 320, height: 720 });
      await arrive({ context, portal, prepared });
      await expectNothingSticksOut(page);
    });
  });
}

test("the audit does find faults", async ({ ownerPortal: portal, page }) => {
  await portal.goToList();
  await page.evaluate(() => {
    const button = document.createElement("button");
    document.querySelector("main").append(button, document.createElement("img"));
  });
  const faults = await audit(page);
  expect(faults.some(fault => fault.startsWith("button-name"))).toBe(true);
  expect(faults.some(fault => fault.startsWith("image-alt"))).toBe(true);
});

test("the width test does find what sticks out", async ({ ownerPortal: portal, page }) => {
  await page.setViewportSize({ width: 320, height: 720 });
  await portal.goToList();
  await page.evaluate(() => { document.querySelector("h1").style.width = "400px" });
  expect(await page.evaluate(() => document.scrollingElement.scrollWidth)).toBeGreaterThan(320);
});

test("motion is left out for who asks for less of it", async ({ ownerPortal: portal, page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await portal.goToList();
  await portal.openCreate();
  const moving = await page.evaluate(() => document.getAnimations().filter(animation => animation.effect.getComputedTiming().duration > 10).length);
  expect(moving).toBe(0);
});

test("no name of our scripts is global", async ({ ownerPortal: portal, page, context }) => {
  const folder = new URL("../../../static/js/", import.meta.url);
  const scripts = readdirSync(folder).map(name => readFileSync(new URL(name, folder), "utf8"));
  const declared = scripts.flatMap(text => [...text.matchAll(/^(?:export )?(?:const|let|function) (\w+)/gm)].map(([, name]) => name));
  expect(declared).toContain("guard");
  const kinds = `({ ${declared.map(name => `${name}: typeof ${name}`).join(", ")} })`;
  await portal.goToList();
  const blank = await context.newPage();
  // Some are names that every window has, such as "open".
  expect(await page.evaluate(kinds)).toEqual(await blank.evaluate(kinds));
});
