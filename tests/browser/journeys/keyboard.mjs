import { PATHS } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

test("the first Tab is the skip link, and it skips", async ({ ownerPortal: portal }) => {
  for (const path of [PATHS.home, PATHS.settings, PATHS.list]) {
    await portal.go(path);
    await portal.page.keyboard.press("Tab");
    const skip = portal.link("Skip to content");
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport();
    await portal.expectFocusRing(skip);
    await portal.page.keyboard.press("Enter");
    await expect(portal.page.locator("main")).toBeFocused();
    await portal.page.keyboard.press("Tab");
    expect(await portal.page.evaluate(() => Boolean(document.activeElement.closest("main")))).toBe(true);
  }
});

test("the way to the page needs no mouse", async ({ ownerPortal: portal }) => {
  const { keyboard } = portal.page;
  await portal.go(PATHS.home);
  await portal.tabTo(portal.link("Settings"));
  await keyboard.press("Enter");
  await expect(portal.heading("Settings")).toBeVisible();
  await portal.settled();
  await expect(portal.id("open-api-keys")).toBeVisible();
  await portal.tabTo(portal.id("for-developers").locator("summary"));
  await portal.tabTo(portal.id("open-api-keys"), { limit: 1 });
  await keyboard.press("Enter");
  await expect(portal.heading("API keys")).toBeVisible();
});

test("a key is created, copied, confirmed and deleted by keyboard alone", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  const { page } = portal;
  const { keyboard } = page;
  if (portal.js) await page.context().grantPermissions(["clipboard-write"]);
  await portal.goToList();
  await portal.tabTo(portal.id("create-key"));
  await portal.expectFocusRing(portal.id("create-key"));
  await keyboard.press("Enter");
  await expect(portal.heading("Create API key")).toBeVisible();
  await portal.settled();
  if (portal.js) await expect(portal.field("Name")).toBeFocused();
  else await portal.tabTo(portal.field("Name"));
  await keyboard.press("Control+A");
  await keyboard.type("Typed name");
  await portal.tabTo(portal.id("more-options").locator("summary"), { limit: 8 });
  await keyboard.press("Enter");
  await portal.tabTo(portal.field("Description"), { limit: 1 });
  await keyboard.type("Typed description");
  await portal.tabTo(portal.id("submit-create"), { limit: 12 });
  await portal.expectFocusRing(portal.id("submit-create"));
  await keyboard.press("Enter");
  await expect(portal.heading("Copy your API key")).toBeVisible();
  await portal.settled();

  if (portal.js) {
    await expect(portal.id("copy-key")).toBeFocused();
    await keyboard.press("Enter");
    await expect(portal.id("copy-key")).toHaveText("Copied");
  }
  await portal.tabTo(portal.done);
  if (portal.js) {
    await keyboard.press("Enter");
    await expect(portal.id("error-copied")).toBeVisible();
    await expect(portal.tick).toBeFocused();
  } else {
    await portal.tabTo(portal.tick, { key: "Shift+Tab" });
  }
  await portal.expectFocusRing(portal.tick);
  await keyboard.press("Space");
  await expect(portal.tick).toBeChecked();
  await portal.tabTo(portal.done, { limit: 3 });
  await keyboard.press("Enter");
  await expect(portal.success).toContainText("Typed name");
  await portal.settled();

  await portal.tabTo(portal.menu("Typed name"));
  await portal.expectFocusRing(portal.menu("Typed name"));
  await keyboard.press("Enter");
  await expect(portal.actions).toBeVisible();
  await portal.settled();
  if (portal.js) {
    await expect(portal.id("view-key")).toBeFocused();
    await keyboard.press("Escape");
    await expect(portal.menu("Typed name")).toBeFocused();
    await keyboard.press("Enter");
    await expect(portal.id("view-key")).toBeFocused();
  }
  if (portal.js) await keyboard.press("End");
  else await portal.tabTo(portal.id("delete-key"));
  await keyboard.press("Enter");
  await expect(portal.confirmDialog).toBeVisible();
  await portal.settled();
  if (portal.js) await expect(portal.id("cancel-action")).toBeFocused();
  await portal.tabTo(portal.id("confirm-action"));
  await keyboard.press("Enter");
  await expect(portal.success).toContainText("Typed name");
  await expect(portal.rows).toHaveCount(0);
});

test("what has the focus is never hidden behind a bar that stays", async ({ ownerPortal: portal, page }) => {
  await portal.seed(Array.from({ length: 9 }, (_, number) => `Key ${number}`));
  await page.setViewportSize({ width: 1280, height: 500 });
  const hidden = () => page.evaluate(() => {
    const element = document.activeElement;
    const { left, top, width, height } = element.getBoundingClientRect();
    // Firefox goes on to its own buttons, and the page keeps the last element.
    if (element === document.body || width < 2 || !element.matches(":focus")) return null;
    const points = [[.5, .1], [.5, .5], [.5, .9]].map(([x, y]) => [left + width * x, top + height * y]);
    const isSeen = ([x, y]) => {
      const found = document.elementFromPoint(x, y);
      return found !== null && (element.contains(found) || found.contains(element));
    };
    return points.every(isSeen) ? null : element.outerHTML.replace(/\s+/g, " ").slice(0, 120);
  });
  const policy = `${PATHS.settings}/policy`;
  for (const path of [PATHS.list, policy]) {
    await portal.go(path);
    if (path === PATHS.list) await portal.selectBox("Key 8").check();
    else await portal.field("Keys per person").fill("11");
    await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0) });
    const faults = new Set();
    for (const key of ["Tab", "Shift+Tab"]) {
      for (let presses = 0; presses < 90; presses++) {
        await page.keyboard.press(key);
        const fault = await hidden();
        if (fault) faults.add(fault);
      }
    }
    expect([...faults], path).toEqual([]);
  }
  await portal.field("Keys per person").fill("10");
});

test("keys are selected and deleted by keyboard alone", async ({ ownerPortal: portal }) => {
  const { keyboard } = portal.page;
  await portal.seed(["Alpha", "Bravo", "Charlie"]);
  await portal.go(`${PATHS.list}?sort=name`);
  const box = name => portal.page.getByRole("checkbox", { name: `Select ${name}`, exact: true });
  await portal.tabTo(box("Alpha"));
  await portal.expectFocusRing(box("Alpha"));
  await keyboard.press("Space");
  await portal.tabTo(box("Bravo"), { limit: 5 });
  await keyboard.press("Space");
  await portal.tabTo(portal.id("delete-selected"));
  await keyboard.press("Enter");
  await expect(portal.confirmDialog).toBeVisible();
  await portal.settled();
  await portal.tabTo(portal.id("confirm-action"));
  await keyboard.press("Enter");
  await expect(portal.success).toContainText("2 keys");
  await portal.expectRows(["Charlie"]);
});
