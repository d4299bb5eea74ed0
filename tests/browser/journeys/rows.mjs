// Actions in a row of the list: renaming, and the menu by keyboard.
import { paste } from "../support/clipboard.mjs";
import { PATHS } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";
import { LOST } from "../support/watch.mjs";

test("a key is renamed where it stands: a clash is told at the field, what is selected stays so", { tag: "@nojs-too" }, async ({ ownerPortal: portal, page }) => {
  portal.watch.allow(422);
  await portal.seed(["Alpha", "Bravo", "Charlie"]);
  await portal.go(`${PATHS.list}?sort=name`);
  const select = name => portal.row(name).getByRole("checkbox");
  if (portal.js) for (const name of ["Alpha", "Bravo"]) await select(name).check();
  const form = await portal.openRename("Bravo");
  const field = form.getByLabel("Name", { exact: true });
  if (portal.js) {
    await expect(portal.actions).toBeHidden();
    await expect(field).toBeFocused();
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
  await expect(field).toHaveValue("Bravo");
  await field.fill("alpha");
  await page.keyboard.press("Enter");
  await expect(portal.id("error-name")).toContainText("already");
  await portal.settled();
  await expect(field).toHaveValue("alpha");
  await expect(field).toHaveAttribute("aria-invalid", "true");
  if (portal.js) await expect(field).toBeFocused();
  await field.fill("Zulu <b>");
  await page.keyboard.press("Enter");
  await expect(portal.row("Zulu <b>")).toBeVisible();
  await portal.settled();
  expect(new URL(page.url()).search).toBe("?sort=name");
  if (!portal.js) {
    expect(await portal.rowNames()).toEqual(["Alpha", "Charlie", "Zulu <b>"]);
    await portal.id("undo").click();
    await expect(portal.row("Bravo")).toBeVisible();
    return;
  }

  await expect(portal.link("Zulu <b>")).toBeFocused();
  expect(await portal.rowNames(), "the row stays where it was").toEqual(["Alpha", "Zulu <b>", "Charlie"]);
  for (const [name, checked] of [["Alpha", true], ["Zulu <b>", true], ["Charlie", false]]) expect(await select(name).isChecked(), name).toBe(checked);
  await expect(portal.id("selection-count")).toHaveText("2 selected");
  await expect(select("Zulu <b>")).toHaveAccessibleName("Select Zulu <b>");
  await expect(portal.menu("Zulu <b>")).toHaveAccessibleName("Actions for Zulu <b>");
  await expect(portal.success).toContainText("Zulu <b>");
  await portal.id("undo").click();
  await expect(portal.row("Bravo")).toBeVisible();
  await expect(portal.success).toContainText("Bravo");
  await portal.settled();
  await portal.id("undo").click();
  await expect(portal.row("Zulu <b>")).toBeVisible();
  await portal.settled();
  await select("Zulu <b>").uncheck();
  await expect(portal.id("selection-count")).toHaveText("1 selected");
  await page.reload();
  await portal.settled();
  expect(await portal.rowNames()).toEqual(["Alpha", "Charlie", "Zulu <b>"]);
});

test("Esc and Cancel leave the name, and the selection, as they were", async ({ ownerPortal: portal, page }) => {
  await portal.seed(["Alpha", "Bravo"]);
  await portal.goToList();
  await portal.row("Alpha").getByRole("checkbox").check();
  for (const leave of [() => page.keyboard.press("Escape"), () => portal.id("cancel-action").click()]) {
    await portal.openRename("Alpha");
    await page.keyboard.type("Something else");
    await leave();
    await expect(portal.id("rename")).toHaveCount(0);
    await expect(portal.link("Alpha")).toBeFocused();
    await portal.settled();
    await expect(portal.id("selection-count")).toHaveText("1 selected");
  }
  await portal.expectRows(["Alpha", "Bravo"]);
});

test("a key that is gone meanwhile is told in a dialog, and the row stays", async ({ ownerPortal: portal, page }) => {
  portal.watch.allow(404);
  const [key] = await portal.seed(["Alpha", "Bravo"]);
  await portal.goToList();
  await portal.openRename("Alpha");
  await portal.http.post(PATHS.deletion(key.id), { csrf: await portal.csrf() });
  await page.keyboard.type("Something else");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeVisible();
  await portal.settled();
  await expect(portal.id("rename")).toBeVisible();
});

test("the menu of a row by keyboard: arrows, Home, End, Esc", async ({ ownerPortal: portal, page }) => {
  await portal.seed(["Alpha"]);
  await portal.goToList();
  await portal.menu("Alpha").focus();
  await page.keyboard.press("Enter");
  await expect(portal.id("view-key")).toBeFocused();
  await portal.settled();
  for (const [key, at] of [["ArrowDown", "rename-key"], ["End", "delete-key"], ["ArrowDown", "view-key"], ["ArrowUp", "delete-key"], ["ArrowUp", "revoke-key"], ["Home", "view-key"], ["r", "rename-key"], ["r", "rotate-key"], ["r", "revoke-key"], ["R", "rename-key"]]) {
    await page.keyboard.press(key);
    await expect(portal.id(at), key).toBeFocused();
  }
  await page.keyboard.press("Escape");
  await expect(portal.actions).toBeHidden();
  await expect(portal.menu("Alpha")).toBeFocused();
  await expect(portal.menu("Alpha")).toHaveAttribute("aria-expanded", "false");

  const drop = portal.id("export").locator("summary");
  await drop.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  await expect(portal.id("export-csv")).toBeFocused();
  await page.keyboard.press("End");
  await expect(portal.id("export-json")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(portal.id("export-csv")).toBeHidden();
  await expect(drop).toBeFocused();
});

test("the menu opens at its button, above the last row, and follows it when scrolled", async ({ ownerPortal: portal, page }) => {
  await page.setViewportSize({ width: 1280, height: 600 });
  await portal.seed(Array.from({ length: 10 }, (_, at) => `Key ${at}`));
  await portal.go(PATHS.list);
  const space = async button => {
    const [menu, at] = [await portal.actions.boundingBox(), await button.boundingBox()];
    expect(menu.x + menu.width).toBeCloseTo(at.x + at.width, 0);
    expect(menu.y).toBeGreaterThanOrEqual(0);
    expect(menu.y + menu.height).toBeLessThanOrEqual(page.viewportSize().height);
    return Math.round(menu.y < at.y ? at.y - menu.y - menu.height : menu.y - at.y - at.height);
  };
  for (const [at, isBelow] of [[0, true], [-1, false]]) {
    const button = portal.id("row-menu").nth(at);
    if (!isBelow) {
      await button.evaluate(element => scrollBy(0, element.getBoundingClientRect().bottom - innerHeight + 20));
    }
    await button.click();
    await expect(portal.actions).toBeVisible();
    expect((await portal.actions.boundingBox()).y > (await button.boundingBox()).y).toBe(isBelow);
    expect(await space(button)).toBe(4);
    await page.evaluate(by => scrollBy(0, by), isBelow ? 15 : -15);
    await expect.poll(() => space(button)).toBe(4);
    await page.keyboard.press("Escape");
  }
});

test("the switch acts in place: place, focus and filter stay, it is told and undone", async ({ ownerPortal: portal, page }) => {
  await portal.seed(Array.from({ length: 9 }, (_, number) => `Key ${number}`));
  await page.setViewportSize({ width: 1280, height: 500 });
  await portal.go(`${PATHS.list}?status=active&sort=name`);
  const row = portal.row("Key 7");
  const toggle = page.getByRole("switch", { name: "Key 7 is active", exact: true });
  await row.scrollIntoViewIfNeeded();
  await portal.row("Key 8").getByRole("checkbox").check();
  await toggle.focus();
  const place = async () => Math.round((await row.boundingBox()).y);
  const [top, loads] = [await place(), []];
  page.on("framenavigated", frame => loads.push(frame.url()));
  for (const [press, status, told] of [["Space", "disabled", "is disabled"], ["Space", "active", "is active again"], ["Enter", "disabled", "is disabled"]]) {
    await page.keyboard.press(press);
    await expect(row).toHaveAttribute("data-status", status);
    await expect(toggle).toHaveAttribute("aria-checked", String(status === "active"));
    await expect(portal.success).toContainText(told);
    await expect(page.locator("#live")).toContainText(told);
    await expect(toggle).toBeFocused();
    await portal.settled();
  }
  expect(await place()).toBe(top);
  await portal.id("undo").click();
  await expect(row).toHaveAttribute("data-status", "active");
  await expect(portal.success).toContainText("is active again");
  await portal.settled();
  expect(await portal.rowNames(), "the filter is applied by the next page").toHaveLength(9);
  await expect(portal.id("selection-count")).toHaveText("1 selected");
  expect(loads).toEqual([]);
  await page.getByRole("button", { name: "Dismiss message" }).click();
  await expect(portal.success).toHaveCount(0);
});

test("a deleted key leaves the list in place, and the next one has the focus", async ({ ownerPortal: portal, page }) => {
  await portal.seed(["Alpha", "Bravo", "Charlie"]);
  await portal.go(`${PATHS.list}?sort=name`);
  await portal.row("Alpha").getByRole("checkbox").check();
  await portal.row("Bravo").getByRole("checkbox").check();
  await expect(page.getByText("3 of 10 keys")).toBeVisible();
  await portal.choose("Bravo", "delete-key");
  await portal.id("confirm-action").click();
  await expect(portal.success).toContainText("Bravo");
  await portal.settled();
  await portal.expectRows(["Alpha", "Charlie"]);
  await expect(portal.link("Charlie")).toBeFocused();
  await expect(page.getByText("2 of 10 keys")).toBeVisible();
  await expect(portal.id("selection-count")).toHaveText("1 selected");
  for (const name of ["Charlie", "Alpha"]) {
    await portal.choose(name, "delete-key");
    await portal.id("confirm-action").click();
    await expect(portal.row(name)).toHaveCount(0);
    await portal.settled();
    await expect(portal.success).toContainText(name);
  }
  await expect(portal.id("empty-state")).toBeVisible();
});

test("a lost server is reported in the page, and the switch can be used again", async ({ ownerPortal: portal, page }) => {
  await portal.seed(["Alpha"]);
  await portal.goToList();
  const toggle = portal.id("status-switch");
  await page.route("**/disablement", route => route.abort());
  portal.watch.allowText(LOST);
  await toggle.click();
  await expect(portal.id("flash-error")).toContainText("did not respond");
  await portal.settled();
  await expect(portal.row("Alpha")).toHaveAttribute("data-status", "active");
  await page.unroute("**/disablement");
  await toggle.click();
  await expect(portal.row("Alpha")).toHaveAttribute("data-status", "disabled");
  await portal.settled();

  await page.route("**/deletion", route => route.request().method() === "POST" ? route.abort() : route.continue());
  await portal.choose("Alpha", "delete-key");
  await portal.id("confirm-action").click();
  await expect(portal.id("flash-error")).toContainText("did not respond");
  await portal.settled();
  await expect(portal.row("Alpha")).toHaveAttribute("data-status", "disabled");
  await page.unroute("**/deletion");
  await portal.id("confirm-action").click();
  await expect(portal.row("Alpha")).toHaveCount(0);
});

test("the key ID is copied by a click, and a cut name can be read", async ({ ownerPortal: portal, page }) => {
  const project = await portal.seedProject("The project of everything that has a very long name");
  const [key] = await portal.seed(["Alpha"], { project });
  await page.context().grantPermissions(["clipboard-write"]);
  await portal.goToList();
  await portal.row("Alpha").getByRole("button", { name: /^lk_…/ }).click();
  await expect(page.locator("#live")).toHaveText("Key ID copied");
  expect(await paste(page.context())).toBe(key.token.split("_").slice(0, 2).join("_"));
  const cell = portal.row("Alpha").getByTestId("cell-project").getByRole("link");
  const width = () => cell.evaluate(link => link.clientWidth >= link.scrollWidth);
  // What cannot be pointed at is not cut.
  expect(await width()).toBe(await page.evaluate(() => matchMedia("(hover: none)").matches));
  await page.keyboard.press("Tab");
  await expect(cell).toBeFocused();
  expect(await width()).toBe(true);
});

for (const language of ["en", "ru"]) {
  test(`all columns fit a laptop: ${language}`, async ({ ownerPortal: portal, page }) => {
    const project = await portal.seedProject("W".repeat(64));
    const soon = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
    await portal.seed(["W".repeat(64)], { project, expiresOn: soon });
    await portal.seed(["Not confirmed yet"], { project, confirm: false });
    await page.setExtraHTTPHeaders({ "Accept-Language": language });
    await page.setViewportSize({ width: 1280, height: 900 });
    await portal.goToOrganization();
    const { end, menus } = await page.locator(".keys .table").evaluate(table => ({
      end: table.getBoundingClientRect().right,
      menus: [...table.querySelectorAll("[data-testid=row-menu]")].map(menu => menu.getBoundingClientRect().right),
    }));
    expect(menus).toHaveLength(2);
    for (const menu of menus) expect(menu).toBeLessThanOrEqual(end);
  });
}
