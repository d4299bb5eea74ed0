// The audit log: filters, details, pages and exports.
import { PATHS, newPerson } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

const AUDIT_LOG = "/settings/audit-log";

const sentences = portal => portal.id("event-sentence");

test("what happened to a key is found by filters, search and its own page", { tag: ["@nojs-too", "@postgres-too"] }, async ({ ownerPortal: portal }) => {
  const [key] = await portal.seed(["Nightly <b>backup</b>", "Another"]);
  await portal.go("/settings");
  await portal.id("open-audit-log").click();
  await expect(portal.heading("Audit log")).toBeVisible();
  await expect(sentences(portal).filter({ hasText: "Created the key Another" })).toHaveCount(1);

  await portal.filter({ Event: "Sign-ins" });
  await expect(sentences(portal).first()).toHaveText(/^Signed in/);
  expect(new URL(portal.page.url()).searchParams.get("action")).toBe("sign_ins");
  await expect(portal.id("remove-filter")).toHaveText(/Event: Sign-ins/);
  await portal.id("remove-filter").click();
  await expect(portal.id("remove-filter")).toHaveCount(0);

  await portal.page.getByLabel("Search by name or ID").fill("nightly");
  await portal.page.keyboard.press("Enter");
  await expect(sentences(portal)).toHaveText([/copied$/, "Created the key Nightly <b>backup</b>"]);
  const row = portal.id("event-row").last();
  await row.locator("summary").click();
  await expect(row.locator("dl")).toContainText("api_key.created");

  await sentences(portal).last().getByRole("link").click();
  await expect(portal.heading("Nightly <b>backup</b>")).toBeVisible();
  await portal.id("all-events").click();
  expect(new URL(portal.page.url()).searchParams.get("subject")).toBe(key.id);
  await expect(sentences(portal)).toHaveCount(2);
});

test("who did it is typed, and only people who may export can", { tag: "@nojs-too" }, async ({ ownerPortal: portal, secondPortal, server }) => {
  const person = newPerson("Grace Hopper", "support");
  await server.createUser(person);
  await secondPortal.signIn(person);
  await secondPortal.go(AUDIT_LOG);
  await expect(secondPortal.id("audit-table")).toBeVisible();
  await expect(secondPortal.id("export")).toHaveCount(0);

  await portal.go(AUDIT_LOG);
  await portal.openFilters();
  await portal.page.getByLabel("Person", { exact: true }).fill("hopper");
  await portal.page.keyboard.press("Enter");
  await expect(portal.id("remove-filter")).toHaveText(/Person: Grace Hopper/);
  await expect(sentences(portal)).toHaveText([/^Signed in/]);
  await portal.page.keyboard.press("Escape");
  await portal.id("export").locator("summary").click();
  const [download] = await Promise.all([portal.page.waitForEvent("download"), portal.id("export-csv").click()]);
  expect(download.suggestedFilename()).toMatch(/^audit-log-.*\.csv$/);
  await secondPortal.go("/settings/account/activity");
  await expect(sentences(secondPortal).first()).toHaveText(/^Signed in/);
});
