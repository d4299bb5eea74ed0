// Soul Machines, "API Keys", from its first to its last sentence.
import { newPerson } from "../../support/portal.mjs";
import { PATHS, agree, columns, expect, expectUpperRight, expectVerified, press, seeToken, step, test } from "../../support/manual.mjs";

test("the manual of Soul Machines reads true under scoped-projects", async ({ ownerPortal: portal, secondPortal, server }) => {
  test.slow();
  const { page } = portal;
  await server.applyPolicy("scoped-projects");
  await portal.seedProject("Digital person");
  await step("002.02", async () => {
    await portal.go(PATHS.settings);
    await portal.id("open-api-keys").click();
    await expect(portal.heading("API keys")).toBeVisible();
    await portal.settled();
  });
  await step("002.03", async () => expectUpperRight(portal, portal.id("create-key")));
  await portal.openCreate();
  const scope = name => page.getByRole("radio", { name: new RegExp(`^${name}`) });
  await step("002.04", async () => {
    for (const name of ["Web", "Mobile", "Analytics"]) await expect(scope(name)).toBeVisible();
    await expect(scope("Server")).toHaveCount(0);
  });
  const finish = async () => {
    await portal.id("submit-create").click();
    await expect(portal.heading("Copy your API key")).toBeVisible();
    await portal.settled();
    const token = await portal.token.inputValue();
    await portal.done.click();
    await expect(portal.heading("API keys")).toBeVisible();
    await portal.settled();
    return token;
  };
  let web, mobile, analytics;
  await step("002.05", async () => {
    await scope("Web").check();
    await portal.field("Trusted domains").fill("shop.example");
    await portal.field("Project").selectOption({ label: "Digital person" });
    await portal.fillCreate({ name: "Shop window" });
    web = await finish();
    await expectVerified(portal, web, "ORIGIN_NOT_ALLOWED");
    expect((await portal.http.verify(web, { origin: "https://shop.example" })).code).toBe("VALID");
  });
  await step("002.06", async () => {
    await portal.openCreate();
    await scope("Mobile").check();
    await portal.field("App identifiers").fill("com.example.app");
    await portal.fillCreate({ name: "App" });
    mobile = await finish();
    expect((await portal.http.verify(mobile, { app_identifier: "com.example.app" })).code).toBe("VALID");
  });
  await step("002.07", async () => {
    await portal.openCreate();
    await scope("Analytics").check();
    await portal.fillCreate({ name: "Insights" });
    analytics = await finish();
    expect((await expectVerified(portal, analytics, "VALID")).scope).toBe("analytics");
  });
  await step("002.01", async () => {
    const answer = await portal.http.verify(web, { origin: "https://shop.example" });
    expect(answer.project.name).toBe("Digital person");
  });
  await step("002.09", async () => {
    await portal.expectRows(["Shop window", "App", "Insights"]);
    expect(await columns(portal)).toEqual(expect.arrayContaining(["Scope", "Project"]));
    await expect(portal.row("Shop window").getByTestId("cell-project")).toHaveText("Digital person");
    await expect(portal.row("Shop window").getByTestId("cell-scope")).toHaveText("Web");
    await expect(portal.row("App").getByTestId("cell-scope")).toHaveText("Mobile");
  });
  await step("002.15", async () => {
    await seeToken(portal, "Insights", "row-copy");
    await expect(portal.token).toHaveValue(analytics);
    await portal.goToList();
  });
  await step("002.08", async () => {
    await seeToken(portal, "App", "show-token");
    await expect(portal.token).toHaveValue(mobile);
    await portal.goToList();
  });
  await step("002.11", async () => {
    await portal.link("Scope").click();
    await portal.settled();
    expect(await portal.rowNames()).toEqual(["Shop window", "App", "Insights"]);
    await portal.link("Created").click();
    await portal.settled();
    expect((await portal.rowNames()).toSorted()).toEqual(["App", "Insights", "Shop window"]);
    await expect(portal.id("api-keys-table").locator("th[aria-sort]")).toHaveText("Created");
  });
  await step("002.12", async () => {
    await press(portal, "Shop window", "row-view", portal.id("api-key-detail"));
    await expect(portal.id("detail-restrictions")).toContainText("shop.example");
    await portal.goToList();
    await press(portal, "Insights", "row-view", portal.id("api-key-detail"));
    await expect(portal.id("detail-scope")).toHaveText("Analytics");
    await expect(portal.id("api-key-detail")).not.toContainText("shop.example");
    await portal.goToList();
  });
  await step("002.10", async () => {
    for (const role of ["support", "analytics"]) {
      const person = newPerson("Sam Support", role);
      await server.createUser(person);
      await secondPortal.signIn(person);
      await secondPortal.goToOrganization();
      await secondPortal.expectRows(["Shop window", "App", "Insights"]);
      await secondPortal.signOut();
    }
    await portal.goToOrganization();
    await portal.expectRows(["Shop window", "App", "Insights"]);
    await portal.goToList();
  });
  await step("002.13", async () => press(portal, "Shop window", "row-edit", portal.id("edit-dialog")));
  await step("002.22", async () => {
    await portal.field("Trusted domains").fill("shop.example\n*.museum.example");
  });
  await step("002.23", async () => {
    await portal.field("Name").fill("Shop and museum");
    await portal.id("save-edit").click();
    await expect(portal.success).toBeVisible();
    await portal.settled();
    await portal.goToList();
    await portal.row("Shop and museum").getByTestId("status-switch").click();
    await expect(portal.row("Shop and museum").getByTestId("status-switch")).toHaveAttribute("aria-checked", "false");
    await portal.settled();
    await portal.row("Shop and museum").getByTestId("status-switch").click();
    await expect(portal.row("Shop and museum").getByTestId("status-switch")).toHaveAttribute("aria-checked", "true");
    await portal.settled();
    // The key itself is as before.
    expect((await portal.http.verify(web, { origin: "https://halls.museum.example" })).code).toBe("VALID");
  });
  await step("002.14", async () => {
    await portal.choose("Insights", "revoke-key");
    await agree(portal);
    await portal.goToList();
    await expect(portal.row("Insights")).toHaveAttribute("data-status", "revoked");
  });
  await step("002.17", async () => expectVerified(portal, analytics, "REVOKED"));
  await step("002.18", async () => {
    const row = portal.row("Insights");
    await expect(row.getByTestId("status-switch")).toHaveCount(0);
    await expect(row.getByTestId("row-copy")).toHaveCount(0);
    await portal.openMenu("Insights");
    for (const item of ["enable-key", "show-token", "copy-token"]) await expect(portal.id(item)).toHaveCount(0);
    await portal.goToList();
  });
  await step("002.19", async () => {
    await portal.openCreate();
    await scope("Analytics").check();
    await portal.fillCreate({ name: "Insights again" });
    const again = await finish();
    await expectVerified(portal, again, "VALID");
  });
  await step("002.20", async () => {
    await press(portal, "App", "row-delete", portal.confirmDialog);
  });
  await step("002.21", async () => {
    await expect(portal.id("confirm-action")).toHaveText("Yes, delete");
    await agree(portal);
    await expect(portal.row("App")).toHaveCount(0);
    await expectVerified(portal, mobile, "NOT_FOUND");
  });
});
