// The permissions of the organization's own API: creating and removing them, and who holds them.
import { PATHS, newPerson } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";
import { seedPermissions } from "../support/permissions.mjs";

const holders = (portal, name) => portal.page.locator(`[data-permission-name="${name}"] [data-testid=cell-holders]`);

test("permissions are created, described and removed", { tag: ["@nojs-too", "@postgres-too"] }, async ({ ownerPortal: portal }) => {
  portal.watch.allow(422);
  await portal.go(PATHS.settings);
  await portal.link("Permissions").first().click();
  await expect(portal.id("empty-state")).toContainText("No permissions yet");
  await portal.id("create-api-permission").click();
  await portal.settled();
  await portal.field("Name").fill("Invoices:Read");
  await portal.field("Description").fill("See invoices");
  await portal.id("submit-api-permission").click();
  await portal.expectRefused("name", "lowercase letters", { name: "Invoices:Read", description: "See invoices" });
  await portal.field("Name").fill("invoices:read");
  await portal.page.getByRole("checkbox", { name: "Support" }).check();
  await portal.id("submit-and-add-another").click();
  await expect(portal.success).toContainText("The permission invoices:read was created.");
  await expect(portal.field("Name")).toHaveValue("");
  await expect(portal.page.getByRole("checkbox", { name: "Support" })).toBeChecked();
  await portal.settled();
  await portal.field("Name").fill("invoices:send");
  await portal.id("submit-api-permission").click();
  await expect(portal.success).toContainText("The permission invoices:send was created.");
  await expect(portal.id("api-permission-row")).toHaveCount(2);
  await expect(holders(portal, "invoices:read")).toHaveText("Support");

  await portal.page.locator("[data-permission-name='invoices:send'] [data-testid=edit-api-permission]").click();
  await portal.settled();
  await portal.field("Description").fill("Send invoices");
  await portal.id("submit-api-permission").click();
  await expect(portal.page.locator("[data-permission-name='invoices:send']")).toContainText("Send invoices");

  await portal.page.locator("[data-permission-name='invoices:read'] [data-testid=remove-api-permission]").click();
  await expect(portal.id("impact")).toContainText("Granted to roles: Support");
  await portal.settled();
  await portal.id("confirm-action").click();
  await expect(portal.id("error-confirmed")).toBeVisible();
  await portal.settled();
  await portal.id("confirm-removal").check();
  await portal.id("confirm-action").click();
  await expect(portal.success).toContainText("The permission invoices:read was removed.");
  await expect(portal.id("api-permission-row")).toHaveCount(1);
});

test("Enter creates one, and the list has it however the dialog is left", async ({ ownerPortal: portal, page }) => {
  portal.watch.allow(422);
  await portal.go(PATHS.permissions);
  await portal.id("create-api-permission").click();
  await portal.settled();
  await portal.field("Name").fill("invoices:read");
  await portal.id("submit-and-add-another").click();
  await expect(portal.field("Name")).toHaveValue("");
  await portal.settled();
  await portal.field("Name").fill("invoices:read");
  await portal.id("submit-api-permission").click();
  await expect(portal.id("error-name")).toBeVisible();
  await portal.settled();
  await portal.id("cancel-action").click();
  await expect(portal.id("api-permission-row")).toHaveCount(1);
  await portal.settled();
  await portal.id("create-api-permission").click();
  await portal.settled();
  await portal.field("Name").fill("invoices:send");
  await page.keyboard.press("Enter");
  await expect(portal.id("api-permission-row")).toHaveCount(2);
  await expect(page.locator("dialog")).toHaveCount(0);
});

test("several are created at once, and faults name their lines", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  portal.watch.allow(422);
  await portal.go(PATHS.permissions);
  await portal.id("create-api-permissions").click();
  await portal.settled();
  const lines = portal.page.locator("textarea[name=lines]");
  await lines.fill("orders:read See orders\nOrders:Send\norders:read again");
  await portal.id("submit-api-permissions").click();
  await expect(portal.page.getByText("Line 2").first()).toBeVisible();
  await expect(lines).toHaveValue("orders:read See orders\nOrders:Send\norders:read again");
  await portal.settled();
  await lines.fill("orders:read See orders\norders:send");
  await portal.id("submit-api-permissions").click();
  await expect(portal.success).toContainText("2 permissions were created.");
  await expect(portal.id("api-permission-row")).toHaveCount(2);
});

test("roles are granted permissions, and nothing is taken away before a question", { tag: ["@nojs-too", "@postgres-too"] }, async ({ ownerPortal: portal, server }) => {
  const person = newPerson("Grace Hopper", "support");
  await server.createUser(person);
  await seedPermissions(portal, "invoices:read\ninvoices:send\norders:read");
  await portal.go(PATHS.permissions);
  await portal.id("view-roles").click();
  await portal.settled();
  const box = portal.page.locator("input[name=support][value='invoices:*']");
  await box.check();
  await expect(portal.page.locator("input[name=support][value='invoices:read']")).toBeHidden();
  await portal.id("save-roles").click();
  await expect(portal.success).toContainText("The permissions of roles were saved.");
  await portal.settled();
  await expect(box).toBeChecked();
  await box.uncheck();
  await portal.id("save-roles").click();
  await expect(portal.id("impact")).toContainText("Support: invoices:read, invoices:send");
  await expect(portal.id("impact")).toContainText("1 person.");
  await portal.settled();
  await portal.id("back-to-form").click();
  await portal.settled();
  await expect(box).not.toBeChecked();
  await portal.id("save-roles").click();
  await expect(portal.id("impact")).toContainText("1 person.");
  await portal.settled();
  await portal.id("confirm-action").click();
  await expect(portal.success).toContainText("The permissions of roles were saved.");
  await portal.settled();
  await expect(box).not.toBeChecked();
});

test("a member is granted more than the role", { tag: "@nojs-too" }, async ({ ownerPortal: portal, server }) => {
  const person = newPerson("Grace Hopper", "support");
  await server.createUser(person);
  await seedPermissions(portal, "invoices:read\ninvoices:send", ["support"]);
  await portal.go(PATHS.members);
  await portal.link(person.name).click();
  await portal.id("change-api-permissions").click();
  await portal.settled();
  await portal.page.locator("[name=grants][value='invoices:*']").check();
  await portal.page.getByRole("button", { name: "Save" }).click();
  await expect(portal.success).toContainText(`The API permissions of ${person.name} were saved.`);
  await portal.go(PATHS.permissions);
  await expect(holders(portal, "invoices:send")).toContainText("1 person");
});
