// Every state of every page: no accessibility fault by axe in light and dark, valid markup, one label for each control,
// nothing wider than a screen of 320 px, controls that can be seen in the colours of the system, and the marks that every
// page has. The database makes no difference here.
// judges/pages.mjs looks at the same states in every language, theme and width, with the checker of the W3C.
import { readFileSync, readdirSync } from "node:fs";
import { COLOURS, axeFaults, forcedColourFaults, labelFaults, markupFaults, overflowFaults } from "../support/audit.mjs";
import { expect, test } from "../support/fixtures.mjs";
import { STATES } from "../support/states.mjs";

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
      expect(await axeFaults(page)).toEqual([]);
      expect(await labelFaults(page), "labels and ids").toEqual([]);
      expect(await markupFaults(await page.content()), "markup").toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await axeFaults(page, { type: "rule", values: COLOURS }), "in the dark").toEqual([]);
      await page.setViewportSize({ width: 320, height: 720 });
      expect(await axeFaults(page), "at 320 px").toEqual([]);
      expect(await overflowFaults(page), "wider than 320 px").toEqual([]);
      await expect(page).toHaveTitle(/ – Latchkey$/);
      await expect(page.locator("html")).toHaveAttribute("lang", "en");
      await expect(page.locator("h1")).toHaveCount(1);
      await expect(page.locator("main")).toHaveCount(1);
      if (!visitor) await expect(page.locator("form[action='/sign-out']")).toHaveCount(1);
      expect(await forcedColourFaults(page), "with forced colours").toEqual([]);
    });

    // With JavaScript, the test above checks that, too.
    if (differs) test("nothing sticks out at 320 px", { tag: "@nojs" }, async ({ context, portal, prepared, page }) => {
      await page.setViewportSize({ width: 320, height: 720 });
      await arrive({ context, portal, prepared });
      expect(await overflowFaults(page), "wider than 320 px").toEqual([]);
    });
  });
}

test("the audit does find faults", async ({ ownerPortal: portal, page }) => {
  await portal.goToList();
  await page.evaluate(() => {
    const button = document.createElement("button");
    document.querySelector("main").append(button, document.createElement("img"));
  });
  const faults = await axeFaults(page);
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
