import { PATHS } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

const box = (portal, name) => portal.page.getByRole("checkbox", { name: `Select ${name}`, exact: true });
const PAGES = 8;

test("keys picked on many pages are asked about at a short address, and a double click does no harm", { tag: "@postgres" }, async ({ ownerPortal: portal, server }) => {
  // Only the database can create so many keys.
  await portal.seed(["Key 000"]);
  const columns = server.postgres.query("SELECT string_agg(quote_ident(column_name), ',' ORDER BY ordinal_position) FROM information_schema.columns WHERE table_name = 'api_keys' AND is_generated = 'NEVER'").trim();
  const values = columns.split(",").map(column => ({
    id: "left(id, -5) || lpad(n::text, 4, '0') || right(id, 1)",
    name: "'Key ' || lpad(n::text, 3, '0')",
    name_folded: "'key ' || lpad(n::text, 3, '0')",
    lookup: "left(lookup, 9) || lpad(n::text, 3, '0')",
  })[column] ?? column);
  server.postgres.query(`INSERT INTO api_keys (${columns}) SELECT ${values} FROM api_keys, generate_series(1, ${PAGES * 50 - 1}) n`);
  const list = `${PATHS.list}?sort=name`;
  await portal.go(list);
  const all = portal.page.getByRole("checkbox", { name: "Select all keys on this page" });
  const count = portal.js ? PAGES * 50 : 2;
  if (portal.js) {
    for (let page = 1; page <= PAGES; page++) {
      await all.check();
      await expect(portal.id("selection-count")).toContainText(`${page * 50} selected`);
      if (page === PAGES) break;
      await portal.id("page-next").click();
      await expect(portal.rows.first()).toHaveAttribute("data-key-name", `Key ${String(page * 50).padStart(3, "0")}`);
      await portal.settled();
    }
    expect(await portal.page.locator("*").count()).toBeLessThan(1500);
  } else {
    for (const name of ["Key 003", "Key 007"]) await box(portal, name).check();
  }
  await portal.id("disable-selected").click();
  await expect(portal.confirmDialog).toContainText(`Disable ${count} keys?`);
  await portal.settled();
  if (!portal.js) {
    await expect(portal.page).toHaveURL(/bulk-disablement\?selection=sel_[0-9a-v]{26}$/);
    await portal.page.reload();
    await expect(portal.confirmDialog).toContainText(`Disable ${count} keys?`);
    await portal.travel("goBack");
    await expect(portal.page).toHaveURL(/sort=name/);
    await portal.travel("goForward");
    await expect(portal.confirmDialog).toContainText(`Disable ${count} keys?`);
    await expect(portal.row("Key 003")).toHaveCount(0);
  }
  await portal.id("confirm-action").dblclick();
  await expect(portal.success).toContainText(`${count} keys`);
  await expect(portal.page).toHaveURL(/sort=name/);
  await portal.settled();
  await expect(portal.row(portal.js ? "Key 399" : "Key 003")).toHaveAttribute("data-status", "disabled");
  expect(server.postgres.query("SELECT count(*) FROM audit_events WHERE action = 'api_key.disabled'").trim()).toBe(String(count));
});
