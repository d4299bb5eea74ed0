import { PRESETS, setPolicy } from "../support/policy.mjs";
import { PATHS } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

const inDays = days => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** Three keys whose order by name, by creation and by expiry differs. */
async function seedThree(portal) {
  await portal.seed(["charlie"], { expiresOn: inDays(20) });
  await portal.seed(["Alpha"], { expiresOn: inDays(30) });
  await portal.seed(["bravo"], { expiresOn: inDays(10) });
}

for (const [column, ascending] of [
  ["Name", ["Alpha", "bravo", "charlie"]],
  ["Created", ["charlie", "Alpha", "bravo"]],
  ["Expires", ["bravo", "charlie", "Alpha"]],
]) {
  test(`the table is sorted by ${column.toLowerCase()} both ways, and says so`, async ({ ownerPortal: portal }) => {
    await seedThree(portal);
    await portal.goToList();
    const header = portal.page.getByRole("columnheader", { name: column });
    for (const _ of ["one way", "and the other"]) {
      const before = await header.getAttribute("aria-sort");
      await header.getByRole("link").click();
      await expect(header).toHaveAttribute("aria-sort", before === "ascending" ? "descending" : /ascending|descending/);
      await portal.settled();
      const direction = await header.getAttribute("aria-sort");
      expect(direction).not.toBe(before);
      const expected = direction === "ascending" ? ascending : ascending.toReversed();
      expect(await portal.rowNames()).toEqual(expected);
      await expect(portal.page.locator("th[aria-sort]"), "one column is sorted").toHaveCount(1);
      await portal.page.reload();
      await portal.settled();
      expect(await portal.rowNames(), "and stays so after a reload").toEqual(expected);
    }
  });
}

test("the newest key comes first unless asked otherwise", async ({ ownerPortal: portal }) => {
  await seedThree(portal);
  await portal.goToList();
  expect(await portal.rowNames()).toEqual(["bravo", "Alpha", "charlie"]);
  await expect(portal.page.getByRole("columnheader", { name: "Created" })).toHaveAttribute("aria-sort", "descending");
});

test("an address with a made-up order or place is answered in the house", async ({ ownerPortal: portal }) => {
  portal.watch.allow(400, 404, 422);
  await portal.seed(["Alpha"]);
  for (const query of ["sort=owner", "sort=name;drop", "after=nonsense", "before=%00", "after=x&before=y"]) {
    const answer = await portal.go(`${PATHS.list}?${query}`);
    expect(answer.status(), query).toBeLessThan(500);
    await expect(portal.button("Sign out"), query).toBeVisible();
  }
});

test("the table is a table: caption, row headers, times with their zone", async ({ ownerPortal: portal }) => {
  await portal.seed(["Alpha"]);
  await portal.goToList();
  const table = portal.page.getByRole("table", { name: "API keys" });
  await expect(table).toBeVisible();
  await expect(table.getByRole("rowheader")).toContainText("Alpha");
  const created = portal.row("Alpha").locator("[data-testid=cell-created] time");
  await expect(created).toHaveAttribute("datetime", /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  await expect(created).toHaveAttribute("title", /UTC/);
});

test("a key that ends within a week says so in words", async ({ ownerPortal: portal }) => {
  await portal.seed(["Soon"], { expiresOn: inDays(5) });
  await portal.seed(["Later"], { expiresOn: inDays(60) });
  await portal.goToList();
  await expect(portal.row("Soon").getByTestId("cell-status")).toHaveText(/^Expires in \d days$/);
  await expect(portal.row("Later").getByTestId("cell-status")).toHaveText("Active");
  await portal.go(PATHS.home);
  const expiring = portal.id("to-do-expiring");
  await expect(expiring.getByRole("listitem")).toHaveText([/^Soon/]);
  await expiring.getByRole("link", { name: "1 key expires within 30 days" }).click();
  await expect(portal.heading("API keys")).toBeVisible();
  await portal.expectRows(["Soon"]);
});

test("pages of fifty show every key once, there and back", { tag: "@postgres" }, async ({ ownerPortal: portal, server }) => {
  // Expired keys do not count towards the limit of ten, and only the database can create so many.
  await portal.seed(["Pattern"]);
  const columns = server.postgres.query("SELECT string_agg(quote_ident(column_name), ',' ORDER BY ordinal_position) FROM information_schema.columns WHERE table_name = 'api_keys' AND is_generated = 'NEVER'").trim();
  const values = columns.split(",").map(column => ({
    // The last character of an id holds no more than three bits.
    id: "left(id, -5) || lpad(n::text, 4, '0') || right(id, 1)",
    name: "'Key ' || lpad(n::text, 3, '0')",
    name_folded: "'key ' || lpad(n::text, 3, '0')",
    lookup: "left(lookup, 9) || lpad(n::text, 3, '0')",
    expires_at: "created_at - 1000000 * n",
  })[column] ?? column);
  server.postgres.query(`INSERT INTO api_keys (${columns}) SELECT ${values} FROM api_keys, generate_series(1, 119) n`);

  await portal.go(`${PATHS.list}?sort=name`);
  const seen = [await portal.rowNames()];
  for (const size of [50, 20]) {
    await portal.id("page-next").click();
    await expect(portal.rows.first()).not.toHaveAttribute("data-key-name", seen.at(-1)[0]);
    await portal.settled();
    await expect(portal.rows).toHaveCount(size);
    seen.push(await portal.rowNames());
  }
  await expect(portal.id("page-next")).toHaveCount(0);
  expect(seen.flat()).toEqual([...Array.from({ length: 119 }, (_, index) => `Key ${String(index + 1).padStart(3, "0")}`), "Pattern"]);
  for (const page of [1, 0]) {
    await portal.id("page-previous").click();
    await expect(portal.rows.first()).toHaveAttribute("data-key-name", seen[page][0]);
    await portal.settled();
    expect(await portal.rowNames()).toEqual(seen[page]);
  }
  await expect(portal.id("page-previous")).toHaveCount(0);
});

for (const preset of ["copy-confirmed", "key-and-secret", "personal-default"]) {
  test(`creating and deleting all keys stay at the top right: ${preset}`, async ({ ownerPortal: portal, page, server }) => {
    setPolicy(server, { ...PRESETS[preset], max_keys_per_user: 2 });
    await portal.seed(["Alpha"]);
    for (const state of ["with room", "at the limit"]) {
      if (state === "at the limit") await portal.seed(["Bravo"]);
      for (const width of [1024, 1280, 1600]) {
        await page.setViewportSize({ width, height: 800 });
        await portal.goToList();
        const { right: end } = await page.locator("main .table").first().evaluate(table => table.getBoundingClientRect());
        const heading = await portal.heading("API keys").boundingBox();
        for (const id of ["create-key", "delete-all-keys"]) {
          const box = await portal.id(id).boundingBox();
          expect(box.y, `${id}, ${state}, ${width}`).toBeLessThan(heading.y + heading.height);
          expect(box.x, `${id}, ${state}, ${width}`).toBeGreaterThan(width / 2);
          expect(box.x + box.width).toBeLessThanOrEqual(end + 1);
        }
      }
    }
  });
}
