// The filter by owner in the view of the organization.
import { PATHS, newPerson } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

/** Two people with a key each. */
async function arrive(portal, secondPortal) {
  const [grace, edsger] = [newPerson("Grace Hopper", "member"), newPerson("Edsger Dijkstra", "administrator")];
  for (const [person, key] of [[grace, "Compiler"], [edsger, "Shortest path"]]) {
    await portal.server.createUser({ ...person, role: "administrator" });
    await secondPortal.signIn(person);
    await secondPortal.seed([key]);
    await secondPortal.signOut();
  }
  await portal.goToOrganization();
  return { grace, edsger };
}

const field = portal => portal.page.getByLabel("Owner", { exact: true });

/** Types whose keys to list. The filters stay open while there is an error. */
async function type(portal, text) {
  if (!await portal.id("filters").isVisible()) await portal.openFilters();
  await field(portal).fill(text);
  await field(portal).press("Enter");
}

test("whose keys one sees is typed, with suggestions where there is a script", { tag: ["@nojs-too", "@postgres-too"] }, async ({ ownerPortal: portal, secondPortal }) => {
  const { grace } = await arrive(portal, secondPortal);
  const options = portal.page.locator("#owners option");
  await expect(options, "nobody is named before somebody asks").toHaveCount(0);
  await portal.openFilters();
  await field(portal).focus();
  if (portal.js) await expect(options).toHaveCount(2);
  await field(portal).pressSequentially("hop");
  if (portal.js) {
    await expect(options).toHaveCount(1);
    await expect(options).toHaveAttribute("value", `Grace Hopper (${grace.email})`);
    await portal.settled();
  }
  await portal.page.evaluate(() => { document.body.dataset.stays = "yes" });
  await portal.page.keyboard.press("Enter");
  await expect(portal.id("found-count")).toHaveText("1 key found");
  if (portal.js) await expect(portal.page.locator("body"), "the list changes in place").toHaveAttribute("data-stays", "yes");
  await portal.settled();
  await portal.expectRows(["Compiler"]);
  await expect(field(portal)).toHaveValue(`Grace Hopper (${grace.email})`);
  expect(new URL(portal.page.url()).searchParams.get("owner")).toMatch(/^user_/);
  expect(portal.page.url()).not.toContain("hop");

  await portal.filter({ Status: "Disabled" });
  await expect(portal.id("found-count")).toHaveText("0 keys found");
  await expect(field(portal), "the other filter keeps this one").toHaveValue(/^Grace Hopper/);
  await portal.openFilters();
  await field(portal).fill("");
  await portal.page.getByLabel("Status").selectOption("All statuses");
  if (!portal.js) await portal.id("apply-filters").click();
  await expect(portal.id("found-count")).toHaveCount(0);
  await portal.expectRows(["Compiler", "Shortest path"]);
});

test("a name that nobody has, or several, is told at the field", { tag: "@nojs-too" }, async ({ ownerPortal: portal, secondPortal }) => {
  portal.watch.allow(422);
  await arrive(portal, secondPortal);
  await portal.filter({ Status: "Active" });
  await type(portal, "Nobody");
  await expect(portal.id("error-owned_by")).toContainText("No key owner has this name or email address.");
  await portal.settled();
  if (portal.js) await expect(portal.id("error-summary")).toBeFocused();
  await expect(portal.page).toHaveTitle(/^Error: /);
  await expect(field(portal)).toHaveValue("Nobody");
  await expect(portal.page.getByLabel("Status")).toHaveValue("active");
  await portal.link("No key owner has this name or email address.").click();
  await expect(field(portal)).toBeFocused();

  await type(portal, "example.org");
  await expect(portal.heading("Whose keys?")).toBeVisible();
  await portal.id("owner-unclear").getByRole("link", { name: "Edsger Dijkstra" }).click();
  await portal.expectRows(["Shortest path"]);
  await expect(portal.page.getByLabel("Status")).toHaveValue("active");
});
