// The policy: starting from a preset, reading what a change affects, shortening keys, concurrent changes.
import { PATHS } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

const POLICY = "/settings/policy";

async function save(portal) {
  await portal.id("save-policy").click();
}

test("a preset fills the form, its dry run is agreed to, and it holds", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  await portal.go(POLICY);
  await portal.page.locator("[data-testid=policy-presets] summary").click();
  await portal.id("preset-personal-default").click();
  await expect(portal.id("begun-from")).toContainText("Personal default");
  await portal.settled();
  await expect(portal.page.locator("#who_may_create-everyone")).toBeChecked();
  await save(portal);
  await expect(portal.heading("What this change affects")).toBeVisible();
  await expect(portal.id("impact")).toContainText("1 person gets a key from the system at their next sign-in.");
  await portal.settled();
  await portal.id("confirm-action").click();
  await expect(portal.success).toContainText("applies now");
  await portal.settled();
  await expect(portal.page.locator("#system_default_key")).toBeChecked();

  // A change that affects nothing is saved at once.
  await portal.go(PATHS.settings);
  await portal.id("open-policy").click();
  await expect(portal.heading("API key policy")).toBeVisible();
  await portal.settled();
  await portal.field("Keys per person").fill("25");
  await save(portal);
  await expect(portal.success).toContainText("applies now");
  await expect(portal.field("Keys per person")).toHaveValue("25");
});

test("keys that live too long are shortened with notice when one says so", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  await portal.seed(["Deploy"]);
  await portal.go(POLICY);
  await portal.field("Maximum lifetime, in days").fill("90");
  await portal.field("Default lifetime, in days").fill("90");
  await save(portal);
  await expect(portal.id("impact-long_lived")).toContainText("1 key lives longer than 90 days");
  await expect(portal.page.locator("#long_lived")).toBeChecked();
  await portal.settled();
  await portal.page.locator("#long_lived-shorten").check();
  await portal.id("confirm-action").click();
  await expect(portal.success).toContainText("1 key expires earlier than before");
  await portal.goToList();
  const last = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
  await expect(portal.row("Deploy").locator("[data-testid=cell-expires] time")).toHaveAttribute("datetime", last);
});

test("what cannot be is said beside its field", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  portal.watch.allow(422);
  await portal.go(POLICY);
  await portal.field("Keys per person").fill("none");
  await save(portal);
  await portal.expectRefused("max_keys_per_user", "from 1 to 10,000", { max_keys_per_user: "none" });
  await expect(portal.page).toHaveTitle(/^Error: /);
  if (portal.js) await expect(portal.id("error-summary")).toBeFocused();
});

test("an Owner who saves after another one sees both values", { tag: "@nojs-too" }, async ({ portal, owner, secondPortal }) => {
  portal.watch.allow(409);
  await secondPortal.signIn(owner);
  await portal.go(POLICY);
  await secondPortal.go(POLICY);
  await secondPortal.field("Keys per person").fill("20");
  await save(secondPortal);
  await expect(secondPortal.success).toBeVisible();
  await secondPortal.settled();
  await portal.field("Keys per person").fill("30");
  await save(portal);
  await expect(portal.id("policy-conflict")).toBeVisible();
  await expect(portal.id("conflict-present")).toHaveText("20");
  await expect(portal.id("conflict-typed")).toHaveText("30");
  await portal.settled();
  await save(portal);
  await expect(portal.success).toContainText("applies now");
  await expect(portal.field("Keys per person")).toHaveValue("30");
});

test("a change that comes back after the session has ended can be saved", { tag: "@nojs-too" }, async ({ ownerPortal: portal, owner }) => {
  await portal.go(POLICY);
  await portal.field("Environments").fill("live\ntest");
  await portal.page.context().clearCookies();
  await save(portal);
  await expect(portal.button("Sign in")).toBeVisible();
  await portal.settled();
  await portal.signIn(owner);
  await expect(portal.id("kept-form")).toBeVisible();
  await expect(portal.field("Environments")).toHaveValue("live\ntest");
  await save(portal);
  await expect(portal.success).toContainText("applies now");
});

test("the question what a change affects has the focus", async ({ ownerPortal: portal }) => {
  await portal.seed(["Deploy"]);
  await portal.go(POLICY);
  await portal.field("Maximum lifetime, in days").fill("90");
  await portal.field("Default lifetime, in days").fill("90");
  await save(portal);
  await expect(portal.id("policy-dry-run")).toBeFocused();
});

test("the bar that saves is there as long as something differs", async ({ ownerPortal: portal }) => {
  await portal.go(POLICY);
  const bar = portal.id("save-bar");
  await expect(bar).toBeHidden();
  await portal.field("Keys per person").fill("25");
  await expect(bar).toBeVisible();
  await expect(portal.id("save-policy"), "it is in sight at the top of the page").toBeInViewport();
  await portal.field("Keys per person").fill("10");
  await expect(bar).toBeHidden();
  await portal.field("Environments").fill("live\ntest");
  await expect(bar, "a field of several lines counts, too").toBeVisible();
  await save(portal);
  await expect(portal.success).toContainText("applies now");
  await expect(bar).toBeHidden();
});
