// Permissions of the organization's own API in the form and on the page of a key.
import { addApiPermissions } from "../support/api_permissions.mjs";
import { expect, test } from "../support/fixtures.mjs";
import { execute } from "../support/policy.mjs";

const NAMES = {
  "customers:read": "See customers",
  "invoices:lines:edit": "Change the lines of drafts",
  "invoices:read": "See invoices",
  "invoices:send": "",
};

const unfold = async (portal, resource) => {
  const group = portal.page.locator("form [data-testid=resource]").filter({ has: portal.page.locator("summary", { hasText: resource }) });
  if (await group.getAttribute("open") === null) await group.locator("summary").click();
  return group;
};

test("a key gets permissions of the API by resource, and its page says what it may do", { tag: "@nojs-too" }, async ({ ownerPortal: portal, server }) => {
  addApiPermissions(server, NAMES, ["invoices:*", "customers:read"]);
  await portal.goToList();
  await portal.openCreate();
  await portal.fillCreate({ name: "Billing" });
  await portal.openOptions();
  await portal.page.getByRole("radio", { name: "Only selected permissions" }).check();
  const invoices = await unfold(portal, "invoices");
  await expect(invoices.locator("summary")).toContainText("0 of 3 selected");
  await invoices.getByRole("checkbox", { name: "invoices:read" }).check();
  if (portal.js) await expect(invoices.locator("summary")).toContainText("1 of 3 selected");
  await invoices.getByRole("checkbox", { name: /All of them/ }).check();
  if (portal.js) {
    await expect(invoices.locator("summary")).toContainText("3 of 3 selected");
    await expect(invoices.getByRole("checkbox", { name: "invoices:read" }), "the wildcard contains it").toBeDisabled();
  }
  await portal.id("submit-create").click();
  await expect(portal.revealDialog).toBeVisible();
  await portal.settled();
  await portal.finish("Billing");

  await portal.link("Billing").click();
  await expect(portal.id("detail-chosen-permissions")).toHaveText("invoices:*");
  await expect(portal.id("resource").locator("summary")).toContainText(["invoices 3 permissions"]);

  await portal.id("edit-key").click();
  const group = await unfold(portal, "invoices");
  await expect(group.getByRole("checkbox", { name: /All of them/ })).toBeChecked();
  await group.getByRole("checkbox", { name: /All of them/ }).uncheck();
  await group.getByRole("checkbox", { name: "invoices:send" }).check();
  await portal.id("save-edit").click();
  await expect(portal.success).toContainText("Billing");
  await portal.settled();
  await expect(portal.id("detail-chosen-permissions")).toHaveText("invoices:send");
});

test("one of many permissions is found by typing, from the keyboard", async ({ ownerPortal: portal, server }) => {
  const names = Array.from({ length: 500 }, (_, number) => [`resource-${number % 50}:action-${number}`, `Does number ${number}`]);
  addApiPermissions(server, Object.fromEntries(names), Array.from({ length: 50 }, (_, number) => `resource-${number}:*`));
  await portal.goToList();
  await portal.openCreate();
  await portal.openOptions();
  await portal.page.getByRole("radio", { name: "Only selected permissions" }).check();
  const search = portal.page.getByRole("searchbox", { name: "Find a permission" });
  await search.fill("number 137");
  await expect(portal.page.getByRole("checkbox", { name: "resource-37:action-137" })).toBeVisible();
  await expect(portal.page.locator(".resource label:visible")).toHaveCount(1);
  await search.press("Enter");
  await expect(portal.id("create-dialog"), "Enter sends no form").toBeVisible();
  await search.press("Tab");
  await portal.page.keyboard.press("Tab");
  await portal.page.keyboard.press("Space");
  await search.fill("");
  await expect(portal.page.locator(".resource label:visible")).toHaveCount(0);
  await expect(portal.id("resource").filter({ hasText: "resource-37:" }).locator("summary")).toContainText("1 of 10 selected");
});

test("permissions that nobody asks for are taken from a key", { tag: "@nojs-too" }, async ({ ownerPortal: portal, server }) => {
  addApiPermissions(server, NAMES, ["invoices:*", "customers:read"]);
  await portal.goToList();
  await portal.createAndFinish({ name: "Billing" });
  execute(server, `UPDATE api_keys SET created_at = created_at - 3456000000000;
    INSERT INTO exercised_permissions SELECT id, 'invoices:read', ${Date.now()}000 FROM api_keys;`);
  await portal.link("Billing").click();
  await expect(portal.id("unused-permissions").locator("code")).toHaveText(["customers:read", "invoices:lines:edit", "invoices:send"]);
  await portal.id("narrow-key").click();
  await expect(portal.id("narrowing-dialog")).toBeVisible();
  await expect(portal.id("narrowing-stays")).toHaveText("invoices:read");
  await portal.id("confirm-action").click();
  await expect(portal.success).toContainText("Billing");
  await portal.settled();
  await expect(portal.id("detail-chosen-permissions")).toHaveText("invoices:read");
  await expect(portal.id("unused-permissions")).toBeHidden();
});
