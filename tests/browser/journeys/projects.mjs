import { PATHS } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

const project = (portal, name) => portal.page.locator(`[data-testid="project-row"][data-project-name=${JSON.stringify(name)}]`);

async function createProject(portal, name) {
  await portal.id("create-project").click();
  await expect(portal.id("create-project-dialog")).toBeVisible();
  await portal.settled();
  await portal.field("Name").fill(name);
  await portal.id("submit-project").click();
}

test("a project is made, gets a key, is renamed, archived and restored", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  await portal.go(PATHS.settings);
  await portal.id("open-projects").click();
  await expect(portal.heading("Projects")).toBeVisible();
  await expect(portal.id("empty-state")).toBeVisible();
  await portal.settled();
  await createProject(portal, "Mobile app");
  await expect(portal.success).toContainText("Mobile app");
  // The script sets the message once more after 200 ms, so that it is read aloud. It must stay the same.
  if (portal.js) await portal.page.waitForFunction(() => performance.now() > 600);
  await expect(portal.success.locator("p")).toHaveText(/^Project “Mobile app” was created\.$/);
  await portal.settled();

  await portal.goToList();
  await portal.openCreate();
  await expect(portal.field("Project").locator("option")).toHaveText(["No project", "Mobile app"]);
  await portal.field("Project").selectOption("Mobile app");
  await portal.fillCreate({ name: "Crash upload" });
  await portal.id("submit-create").click();
  await expect(portal.revealDialog).toBeVisible();
  await portal.settled();
  await portal.finish("Crash upload");
  await expect(portal.row("Crash upload").getByTestId("cell-project")).toHaveText("Mobile app");

  await portal.go(PATHS.projects);
  await expect(project(portal, "Mobile app").getByTestId("cell-keys")).toHaveText("1");
  await portal.link("Rename Mobile app").click();
  await expect(portal.id("rename-project-dialog")).toBeVisible();
  await portal.settled();
  await expect(portal.field("Name")).toHaveValue("Mobile app");
  await portal.field("Name").fill("App");
  await portal.id("submit-project").click();
  await expect(portal.success).toContainText("App");
  await portal.settled();

  await portal.link("Archive App").click();
  await expect(portal.confirmDialog).toContainText("1 key");
  if (portal.js) await expect(portal.id("cancel-action")).toBeFocused();
  await portal.settled();
  await portal.id("confirm-action").click();
  await expect(portal.success).toContainText("archived");
  await expect(project(portal, "App")).toHaveAttribute("data-status", "archived");
  await portal.settled();
  await portal.go(PATHS.create);
  await expect(portal.field("Project")).toHaveCount(0);

  await portal.go(PATHS.projects);
  await portal.button("Restore App").click();
  await expect(portal.success).toContainText("add keys to it again");
  await expect(project(portal, "App")).toHaveAttribute("data-status", "open");
});

test("a name that is taken is told at the field, with what was typed", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  portal.watch.allow(422);
  await portal.seedProject("Mobile app");
  await portal.go(PATHS.projects);
  await createProject(portal, "MOBILE  app");
  await portal.expectRefused("name", "already", { name: "MOBILE  app" });
  if (portal.js) await expect(portal.field("Name")).toBeFocused();
  else await expect(portal.page).toHaveTitle(/^Error: /);
  await portal.field("Name").fill("Website");
  await portal.id("submit-project").click();
  await expect(portal.success).toContainText("Website");
  await expect(portal.id("project-row")).toHaveCount(2);
});

test("keys are filtered by project, the address holds it, and sorting keeps it", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  const id = await portal.seedProject("Mobile app");
  await portal.seed(["Alpha", "Charlie"], { project: id });
  await portal.seed(["Bravo"]);
  await portal.goToList();
  await portal.filter({ Project: "Mobile app" });
  await expect(portal.id("found-count")).toHaveText("2 keys found");
  await portal.settled();
  if (portal.js) await expect(portal.page.locator("#live")).toHaveText("2 keys found");
  await portal.expectRows(["Alpha", "Charlie"]);
  await portal.page.getByRole("columnheader", { name: "Name" }).getByRole("link").click();
  await expect(portal.page.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "ascending");
  await portal.settled();
  expect(await portal.rowNames()).toEqual(["Alpha", "Charlie"]);
  await portal.page.reload();
  await portal.settled();
  await expect(portal.field("Project")).toHaveValue(id);

  await portal.filter({ Project: "No project" });
  await expect(portal.id("found-count")).toHaveText("1 key found");
  await portal.settled();
  await portal.expectRows(["Bravo"]);
  await portal.id("clear-filters").click();
  await expect(portal.id("found-count")).toHaveCount(0);
  await portal.settled();
  expect(await portal.rowNames(), "still by name").toEqual(["Alpha", "Bravo", "Charlie"]);
});

test("an empty project is told apart from having no keys", async ({ ownerPortal: portal }) => {
  const id = await portal.seedProject("Mobile app");
  await portal.go(`${PATHS.list}?project=${id}`);
  await expect(portal.id("empty-state")).toBeVisible();
  await portal.seed(["Alpha"]);
  await portal.go(`${PATHS.list}?project=${id}`);
  await expect(portal.id("filtered-empty")).toBeVisible();
  await portal.id("filtered-empty").getByRole("link").click();
  await expect(portal.row("Alpha")).toBeVisible();
});

test("a project is made by keyboard alone", async ({ ownerPortal: portal }) => {
  await portal.go(PATHS.projects);
  await portal.tabTo(portal.id("create-project"));
  await portal.expectFocusRing(portal.id("create-project"));
  await portal.page.keyboard.press("Enter");
  await expect(portal.field("Name")).toBeFocused();
  await portal.page.keyboard.press("Escape");
  await expect(portal.id("create-project")).toBeFocused();
  await portal.page.keyboard.press("Enter");
  await expect(portal.field("Name")).toBeFocused();
  await portal.page.keyboard.type("Mobile app");
  await portal.page.keyboard.press("Enter");
  await expect(portal.success).toContainText("Mobile app");
});
