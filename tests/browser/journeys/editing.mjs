import { PATHS, newPerson } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

async function open(portal, control, dialog) {
  await portal.id(control).click();
  await expect(portal.id(dialog)).toBeVisible();
  await portal.settled();
}

test("a key is edited from its page, keeps its token, and one is back there", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  portal.watch.allow(422);
  const [key] = await portal.seed(["Nightly backup", "Taken"]);
  await portal.go(PATHS.details(key.id));
  await open(portal, "edit-key", "edit-dialog");
  await portal.field("Name").fill("TAKEN");
  await portal.field("Description").fill("The old server\nin the cellar");
  await portal.field("Allowed networks").fill("192.0.2.0/24\n2001:db8::/32");
  await portal.id("save-edit").click();
  await portal.expectRefused("name", "already", { name: "TAKEN" });
  await portal.field("Name").fill("Weekly backup");
  await portal.page.getByRole("radio", { name: "Only selected permissions" }).check();
  await portal.id("save-edit").click();
  await expect(portal.success).toContainText("Weekly backup");
  await portal.settled();
  await expect(portal.page).toHaveURL(PATHS.details(key.id));
  await expect(portal.heading("Weekly backup")).toBeVisible();
  await expect(portal.id("detail-description")).toHaveText("The old server\nin the cellar");
  await expect(portal.id("detail-restrictions").locator("code")).toHaveText(["192.0.2.0/24", "2001:db8::/32"]);
  await expect(portal.id("detail-permissions")).toHaveText(/^None: the key was given no permissions/);
  await expect(portal.id("detail-lookup")).toHaveText(key.token.split("_").slice(0, 2).join("_"));
});

test("two people edit the same key: the second sees both values, and overwrites knowingly", { tag: "@nojs-too" }, async ({ ownerPortal: portal, secondPortal, server }) => {
  portal.watch.allow(409);
  const [key] = await portal.seed(["Nightly backup"]);
  const person = newPerson("Grace Hopper", "administrator");
  await server.createUser(person);
  await secondPortal.signIn(person);
  for (const each of [portal, secondPortal]) {
    await each.go(PATHS.details(key.id));
    await open(each, "edit-key", "edit-dialog");
  }
  await secondPortal.field("Name").fill("Backup by Grace");
  await secondPortal.id("save-edit").click();
  await expect(secondPortal.success).toBeVisible();

  await portal.field("Name").fill("Backup by Ada");
  await portal.id("save-edit").click();
  await expect(portal.id("edit-conflict")).toBeVisible();
  await portal.settled();
  await expect(portal.id("conflict-present")).toHaveText(["Backup by Grace"]);
  await expect(portal.id("conflict-typed")).toHaveText(["Backup by Ada"]);
  await expect(portal.field("Name")).toHaveValue("Backup by Ada");
  await portal.id("save-edit").click();
  await expect(portal.success).toContainText("Backup by Ada");
  await expect(portal.heading("Backup by Ada")).toBeVisible();
});

test("a key is renamed: a clash is told at the field, and one is back at the name", { tag: "@nojs-too" }, async ({ ownerPortal: portal, page }) => {
  portal.watch.allow(422);
  const [key] = await portal.seed(["Nightly backup", "Taken"]);
  await portal.go(PATHS.details(key.id));
  await open(portal, "rename-key", "rename-dialog");
  await portal.field("Name").fill("taken");
  await page.keyboard.press("Enter");
  await portal.expectRefused("name", "already", { name: "taken" });
  await portal.field("Name").fill("Weekly backup");
  await page.keyboard.press("Enter");
  await expect(portal.success).toContainText("Weekly backup");
  await portal.settled();
  await expect(portal.heading("Weekly backup")).toBeVisible();
  if (portal.js) await expect(portal.heading("Weekly backup")).toBeFocused();
});

test("by keyboard alone: to the control, into the dialog, out with Esc, in again and saved", async ({ ownerPortal: portal, page }) => {
  const [key] = await portal.seed(["Nightly backup"]);
  await portal.go(PATHS.details(key.id));
  await portal.tabTo(portal.id("rename-key"));
  await portal.expectFocusRing(portal.id("rename-key"));
  await page.keyboard.press("Enter");
  await expect(portal.field("Name")).toBeFocused();
  await portal.settled();
  await page.keyboard.press("Escape");
  await expect(portal.id("rename-dialog")).toHaveCount(0);
  await expect(portal.id("rename-key")).toBeFocused();

  await portal.tabTo(portal.id("edit-key"));
  await page.keyboard.press("Enter");
  await expect(portal.field("Name")).toBeFocused();
  await portal.settled();
  await portal.tabTo(portal.page.getByRole("radio", { name: "All my permissions" }));
  await page.keyboard.press("ArrowDown");
  await expect(portal.page.getByRole("radio", { name: "Only selected permissions" })).toBeChecked();
  await portal.tabTo(portal.page.getByRole("checkbox", { name: /api_keys\.see_own$/ }));
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await expect(portal.success).toBeVisible();
  await expect(portal.id("detail-permissions").locator("code")).toHaveText("api_keys.see_own");
});

test("a key is switched off for a while and revoked from its page", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  const [key] = await portal.seed(["Nightly backup"]);
  await portal.go(PATHS.details(key.id));
  await open(portal, "disable-key", "confirm-dialog");
  await portal.field("For how long").selectOption("1h");
  await portal.id("confirm-action").click();
  await expect(portal.success).toBeVisible();
  await portal.settled();
  await expect(portal.id("detail-disabled")).toContainText("until");
  await expect(portal.id("disable-key")).toHaveCount(0);
  await open(portal, "enable-key", "confirm-dialog");
  await portal.id("confirm-action").click();
  await expect(portal.id("detail-status")).toHaveText("Active");
  await portal.settled();
  await open(portal, "revoke-key", "confirm-dialog");
  await portal.field("Reason").fill("It leaked");
  await portal.id("confirm-action").click();
  await expect(portal.id("detail-revoked")).toContainText("It leaked");
  for (const id of ["edit-key", "rename-key", "enable-key", "revoke-key"]) await expect(portal.id(id), id).toHaveCount(0);
});
