// Actions in a row of the list: renaming, and the menu by keyboard.
import { PATHS } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

test("a key is renamed where it stands: a clash is told at the field, what is selected stays so", { tag: "@nojs-too" }, async ({ ownerPortal: portal, page }) => {
  portal.watch.allow(422);
  await portal.seed(["Alpha", "Bravo", "Charlie"]);
  await portal.go(`${PATHS.list}?sort=name`);
  const select = name => portal.row(name).getByRole("checkbox");
  if (portal.js) for (const name of ["Alpha", "Bravo"]) await select(name).check();
  const form = await portal.openRename("Bravo");
  const field = form.getByLabel("Name", { exact: true });
  if (portal.js) {
    await expect(portal.id("actions-dialog")).toHaveCount(0);
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
  if (!portal.js) return expect(await portal.rowNames()).toEqual(["Alpha", "Charlie", "Zulu <b>"]);

  await expect(portal.link("Zulu <b>")).toBeFocused();
  expect(await portal.rowNames(), "the row stays where it was").toEqual(["Alpha", "Zulu <b>", "Charlie"]);
  for (const [name, checked] of [["Alpha", true], ["Zulu <b>", true], ["Charlie", false]]) expect(await select(name).isChecked(), name).toBe(checked);
  await expect(portal.id("selection-count")).toHaveText("2 selected");
  await expect(select("Zulu <b>")).toHaveAccessibleName("Select Zulu <b>");
  await expect(portal.menu("Zulu <b>")).toHaveAccessibleName("Actions for Zulu <b>");
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
  for (const [key, at] of [["ArrowDown", "rename-key"], ["End", "delete-key"], ["ArrowDown", "view-key"], ["ArrowUp", "delete-key"], ["ArrowUp", "revoke-key"], ["Home", "view-key"]]) {
    await page.keyboard.press(key);
    await expect(portal.id(at), key).toBeFocused();
  }
  await page.keyboard.press("Escape");
  await expect(portal.id("actions-dialog")).toHaveCount(0);
  await expect(portal.menu("Alpha")).toBeFocused();

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
