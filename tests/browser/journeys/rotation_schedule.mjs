// When keys are due for rotation: intervals of keys and of the policy, marks, badges and the filter.
import { PATHS } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

const box = (portal, name) => portal.page.getByRole("checkbox", { name: `Select ${name}`, exact: true });
const inDays = days => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const badge = (portal, name) => portal.row(name).locator("[data-testid=rotation-badge]");

test("selected keys are marked for rotation, found by the filter, and the mark is removed", { tag: ["@nojs-too", "@postgres-too"] }, async ({ ownerPortal: portal }) => {
  portal.watch.allow(422);
  const [alpha] = await portal.seed(["Alpha", "Bravo", "Charlie"]);
  await portal.go(`${PATHS.list}?sort=name`);
  for (const name of ["Alpha", "Charlie"]) await box(portal, name).check();
  await portal.id("mark-selected").click();
  await expect(portal.confirmDialog).toContainText("Mark 2 keys for rotation?");
  await portal.settled();
  await portal.field("Rotate by").fill("");
  await portal.id("confirm-action").click();
  await expect(portal.id("error-rotate_by")).toContainText("Select a date");
  await portal.settled();
  await portal.field("Rotate by").fill(inDays(10));
  await portal.id("confirm-action").click();
  await expect(portal.success).toContainText("2 keys are due for rotation by");
  await portal.settled();
  await expect(badge(portal, "Alpha")).toContainText("Rotate by");
  await expect(badge(portal, "Bravo")).toHaveCount(0);

  await portal.id("open-filters").click();
  await portal.field("Rotation").selectOption("due_soon");
  if (!portal.js) await portal.id("apply-filters").click();
  await expect(portal.page).toHaveURL(/rotation=due_soon/);
  await portal.settled();
  await portal.expectRows(["Alpha", "Charlie"]);

  await portal.go(PATHS.details(alpha.id));
  await expect(portal.id("detail-rotation")).toContainText("Rotate by");
  await portal.id("edit-key").click();
  await expect(portal.id("edit-dialog")).toBeVisible();
  await portal.settled();
  await portal.field("Rotate by").fill("");
  await portal.id("save-edit").click();
  await expect(portal.success).toContainText("Alpha");
  await portal.settled();
  await expect(portal.id("detail-rotation")).toHaveCount(0);
  await expect(portal.id("history-table")).toContainText(/Marked the key .* for rotation by/);
});

test("a key is rotated more often than the policy asks for, but not less often", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  portal.watch.allow(422);
  await portal.go("/settings/policy");
  await portal.field("Days after which a key is due for rotation").fill("90");
  await portal.id("save-policy").click();
  await expect(portal.success).toContainText("applies now");
  await portal.go(PATHS.create);
  await portal.field("Name").fill("Nightly backup");
  await portal.id("more-options").locator("summary").click();
  const interval = portal.field("Rotation interval, in days");
  await interval.fill("91");
  await portal.id("submit-create").click();
  await portal.expectRefused("rotate_every_days", "at most 90 days", { rotate_every_days: "91" });
  await interval.fill("20");
  await portal.id("submit-create").click();
  await expect(portal.revealDialog).toBeVisible();
  await portal.tick.check();
  await portal.done.click();
  await portal.settled();
  await expect(badge(portal, "Nightly backup")).toContainText("Rotate by");
});
