import { PATHS } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

test("the scope brings the field of its restriction, and the key's page says all of it", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  await portal.goToList();
  await portal.openCreate();
  await expect(portal.page.getByRole("radio", { name: /^Server/ })).toBeChecked();
  await expect(portal.field("Allowed networks"), "folded").toBeHidden();
  await portal.openOptions();
  await expect(portal.field("Allowed networks")).toBeVisible();
  await expect(portal.field("Trusted domains")).toBeHidden();
  await expect(portal.field("App identifiers")).toBeHidden();

  await portal.page.getByRole("radio", { name: /^Mobile/ }).check();
  await expect(portal.field("App identifiers")).toBeVisible();
  await expect(portal.field("Allowed networks")).toBeHidden();
  await portal.page.getByRole("radio", { name: /^Web/ }).check();
  await expect(portal.field("App identifiers")).toBeHidden();
  await expect(portal.link("1 more field for web keys")).toBeVisible();
  await portal.field("Trusted domains").fill("shop.example\n*.пример.рф");
  await expect(portal.link("1 more field for web keys"), "it is filled in").toBeHidden();
  await portal.fillCreate({ name: "Shop" });

  const see = portal.page.getByRole("checkbox", { name: /members\.see$/ });
  await expect(see).toBeHidden();
  await portal.page.getByRole("radio", { name: "Only selected permissions" }).check();
  await see.check();
  await portal.id("submit-create").click();
  await expect(portal.revealDialog).toBeVisible();
  await portal.settled();
  await portal.finish("Shop");

  await portal.link("Shop").click();
  await expect(portal.id("detail-scope")).toHaveText("Web");
  await expect(portal.id("detail-restrictions").locator("code")).toHaveText(["shop.example", "*.пример.рф"]);
  await expect(portal.id("detail-permissions").locator("code")).toHaveText("members.see");
});

test("what cannot be taken is told at its field, and all that was typed is still there", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  portal.watch.allow(422);
  await portal.goToList();
  await portal.openCreate();
  await portal.fillCreate({ name: "Shop" });
  await portal.page.getByRole("radio", { name: /^Web/ }).check();
  await portal.field("Trusted domains").fill("shop.example\nhttps://shop.example/cart");
  await portal.openOptions();
  await portal.page.getByRole("radio", { name: "Only selected permissions" }).check();
  await portal.id("submit-create").click();
  await portal.expectRefused("trusted_domains", "Line 2", { name: "Shop" });
  if (portal.js) await expect(portal.field("Trusted domains")).toBeFocused();
  await expect(portal.field("Trusted domains")).toHaveValue("shop.example\nhttps://shop.example/cart");
  await expect(portal.page.getByRole("radio", { name: "Only selected permissions" })).toBeChecked();

  // Typed text stays visible, whatever the scope: nothing is dropped unnoticed.
  await portal.page.getByRole("radio", { name: /^Server/ }).check();
  await expect(portal.field("Trusted domains")).toBeVisible();
  await portal.field("Trusted domains").fill("shop.example");
  await portal.id("submit-create").click();
  await portal.expectRefused("trusted_domains", "scope Web", {});
  await portal.field("Trusted domains").fill("");
  await portal.id("submit-create").click();
  await expect(portal.revealDialog).toBeVisible();
});

test("who types only a name and presses Enter has a key as before", async ({ ownerPortal: portal, page }) => {
  await portal.goToList();
  await portal.openCreate();
  await portal.field("Name").fill("Backup");
  await page.keyboard.press("Enter");
  await expect(portal.revealDialog).toBeVisible();
  await portal.settled();
  await portal.finish("Backup");
  await portal.link("Backup").click();
  await expect(portal.id("detail-scope")).toHaveText("Server");
  await expect(portal.id("detail-restrictions")).toHaveText(/^None/);
  await expect(portal.id("detail-chosen-permissions")).toHaveText("All permissions of its owner");
  expect(new URL(page.url()).pathname.startsWith(PATHS.list)).toBe(true);
});

test("a web key without a domain is created only when that is confirmed", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  portal.watch.allow(422);
  await portal.goToList();
  await portal.openCreate();
  await portal.fillCreate({ name: "Shop" });
  await portal.page.getByRole("radio", { name: /^Web/ }).check();
  await portal.id("submit-create").click();
  await portal.expectRefused("trusted_domains", "Enter the websites", { name: "Shop" });
  await portal.page.getByRole("checkbox", { name: "Any website may use this key" }).check();
  await portal.id("submit-create").click();
  await expect(portal.revealDialog).toBeVisible();
});

test("a form whose answer was lost creates its key again in one step", { tag: "@nojs-too" }, async ({ ownerPortal: portal, page }) => {
  portal.watch.allow(409);
  await portal.go(PATHS.create);
  await portal.fillCreate({ name: "Deploy" });
  const fields = await page.locator("main form").evaluate(form => [...new FormData(form)]);
  expect((await portal.http.post(PATHS.list, fields)).status).toBe(200);
  await portal.id("submit-create").click();
  await portal.id("discard-and-create").click();
  await expect(portal.revealDialog).toBeVisible();
  await portal.settled();
  await portal.finish("Deploy");
  await portal.expectRows(["Deploy"]);
});
