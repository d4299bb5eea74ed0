import { PATHS } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

const FIVE = ["Alpha", "Bravo", "Charlie", "Delta", "Echo"];
const box = (portal, name) => portal.page.getByRole("checkbox", { name: `Select ${name}`, exact: true });

async function act(portal, button) {
  await portal.id(button).click();
  await expect(portal.confirmDialog).toBeVisible();
  await portal.settled();
  await portal.id("confirm-action").click();
  await expect(portal.success).toBeVisible();
  await portal.settled();
}

test("selected keys are disabled, enabled and revoked together", { tag: ["@nojs-too", "@postgres-too"] }, async ({ ownerPortal: portal }) => {
  await portal.seed(FIVE);
  for (const [button, status] of [["disable-selected", "disabled"], ["enable-selected", "active"], ["revoke-selected", "revoked"]]) {
    await portal.go(`${PATHS.list}?sort=name`);
    for (const name of ["Alpha", "Charlie"]) await box(portal, name).check();
    await act(portal, button);
    await expect(portal.page).toHaveURL(/sort=name/);
    for (const name of ["Alpha", "Charlie"]) await expect(portal.row(name)).toHaveAttribute("data-status", status);
    await expect(portal.row("Bravo")).toHaveAttribute("data-status", "active");
    if (portal.js) await expect(portal.id("selection-count"), "an act ends the selection").toHaveText("");
  }
});

test("a selection stays while one sorts, and Esc ends it", async ({ ownerPortal: portal }) => {
  await portal.seed(FIVE);
  await portal.go(`${PATHS.list}?sort=name`);
  await box(portal, "Alpha").click();
  await box(portal, "Charlie").click({ modifiers: ["Shift"] });
  await expect(portal.id("selection-count")).toHaveText("3 selected");
  await portal.page.getByRole("columnheader", { name: "Created" }).getByRole("link").click();
  await expect(portal.page).toHaveURL(/sort=-created/);
  await portal.settled();
  await expect(portal.id("selection-count")).toHaveText("3 selected");
  for (const name of ["Alpha", "Bravo", "Charlie"]) await expect(box(portal, name)).toBeChecked();
  await portal.page.keyboard.press("Escape");
  await expect(portal.id("selection-count")).toHaveText("");
  await portal.page.reload();
  await expect(portal.id("selection-count")).toHaveText("");
});

test("keys of several pages and all that match are acted upon", { tag: "@postgres" }, async ({ ownerPortal: portal, server }) => {
  // Expired keys do not count towards the limit of ten, and only the database can create so many.
  await portal.seed(["Pattern"]);
  const columns = server.postgres.query("SELECT string_agg(quote_ident(column_name), ',' ORDER BY ordinal_position) FROM information_schema.columns WHERE table_name = 'api_keys' AND is_generated = 'NEVER'").trim();
  const values = columns.split(",").map(column => ({
    id: "left(id, -5) || lpad(n::text, 4, '0') || right(id, 1)",
    name: "'Key ' || lpad(n::text, 3, '0')",
    name_folded: "'key ' || lpad(n::text, 3, '0')",
    lookup: "left(lookup, 9) || lpad(n::text, 3, '0')",
    expires_at: "created_at - 1000000 * n",
  })[column] ?? column);
  server.postgres.query(`INSERT INTO api_keys (${columns}) SELECT ${values} FROM api_keys, generate_series(1, 119) n`);

  if (portal.js) {
    await portal.go(`${PATHS.list}?sort=name`);
    await box(portal, "Key 001").check();
    await portal.id("page-next").click();
    await expect(portal.rows.first()).toHaveAttribute("data-key-name", "Key 051");
    await portal.settled();
    await box(portal, "Key 051").check();
    await box(portal, "Key 052").check();
    await expect(portal.id("selection-count")).toHaveText("3 selected, 1 of them on other pages");
    await act(portal, "delete-selected");
    await expect(portal.success).toContainText("3 keys");
  }
  await portal.go(`${PATHS.list}?status=expired&sort=name`);
  if (portal.js) await portal.page.getByRole("checkbox", { name: "Select all keys on this page" }).check();
  await portal.id("select-matching").click();
  await expect(portal.id("selection-count")).toContainText(portal.js ? "116" : "119");
  await portal.settled();
  await act(portal, "delete-selected");
  await portal.goToList();
  await portal.expectRows(["Pattern"]);
});
