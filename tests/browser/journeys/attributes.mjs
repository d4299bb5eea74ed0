import { PATHS } from "../support/portal.mjs";
import { setPolicy } from "../support/policy.mjs";
import { expect, test } from "../support/fixtures.mjs";

test("a company gives its customer a key of the test environment, and finds it by the customer's ID", { tag: ["@nojs-too", "@postgres-too"] }, async ({ ownerPortal: portal, server }) => {
  await setPolicy(server, {
    token_prefix: "acme",
    environments: ["live", "test"],
    attributes_offered: ["external_id", "metadata"],
  });
  portal.watch.allow(422);
  await portal.goToList();
  await portal.openCreate();
  await expect(portal.page.getByRole("radio", { name: "live" })).toBeChecked();
  await portal.page.getByRole("radio", { name: "test" }).check();
  await portal.fillCreate({ name: "Acme Bikes" });
  await portal.field("External ID").fill("cus_9F3");
  await portal.field("Metadata").fill('{"plan": "pro", "plan": "free"}');
  await portal.id("submit-create").click();
  await portal.expectRefused("metadata", "“plan” is there twice", { name: "Acme Bikes" });
  await expect(portal.field("External ID")).toHaveValue("cus_9F3");
  await expect(portal.page.getByRole("radio", { name: "test" })).toBeChecked();
  await portal.field("Metadata").fill('{"plan": "pro"}');
  await portal.id("submit-create").click();
  await expect(portal.revealDialog).toBeVisible();
  await portal.settled();
  await expect(portal.id("key-token")).toHaveValue(/^acme_test_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/);
  await portal.finish("Acme Bikes");

  await expect(portal.id("cell-environment")).toHaveText("test");
  await expect(portal.id("cell-external-id")).toHaveText("cus_9F3");
  await portal.page.goto(`${PATHS.list}?external_id=cus_*&environment=test`);
  await expect(portal.id("api-key-row")).toHaveCount(1);
  await expect(portal.id("remove-filter")).toHaveCount(2);
  await portal.link("Acme Bikes").click();
  await expect(portal.id("detail-environment")).toHaveText("test");
  await expect(portal.id("detail-metadata")).toContainText('"plan": "pro"');
});

test("a key that has used up its limit is reset", { tag: "@nojs-too" }, async ({ ownerPortal: portal, server }) => {
  await setPolicy(server, { attributes_offered: ["limits"] });
  portal.watch.allow(422);
  await portal.goToList();
  await portal.openCreate();
  await portal.fillCreate({ name: "Acme Bikes" });
  await portal.openOptions();
  await expect(portal.field("Verifications in a period")).toBeHidden();
  await portal.page.locator("[name=rate_limit_choice][value=own]").check();
  await portal.field("Verifications in a period").fill("two");
  await portal.id("submit-create").click();
  await portal.expectRefused("rate_limit", "Enter the rate limit as a whole number", { name: "Acme Bikes", rate_limit: "two" });
  await portal.field("Verifications in a period").fill("2");
  await portal.id("submit-create").click();
  await expect(portal.revealDialog).toBeVisible();
  await portal.settled();
  const token = await portal.token.inputValue();
  await portal.finish("Acme Bikes");

  const codes = [];
  for (let time = 0; time < 3; time++) codes.push((await portal.http.verify(token)).code);
  expect(codes).toEqual(["VALID", "VALID", "RATE_LIMITED"]);
  await portal.link("Acme Bikes").click();
  const gauge = portal.page.getByRole("meter", { name: "Rate limit: 2 per minute" });
  await expect(gauge).toHaveAttribute("value", "2");
  await expect(portal.id("limits")).toContainText("2 of 2 in the last minute, 0 left.");
  await portal.id("reset-limits").click();
  await expect(portal.confirmDialog).toContainText("2 of 2 in the last minute");
  await portal.settled();
  await portal.id("confirm-action").click();
  await expect(portal.success).toContainText("start again at zero");
  await portal.settled();
  await expect(portal.id("limits")).toContainText("0 of 2 in the last minute, 2 left.");
  expect((await portal.http.verify(token)).code).toBe("VALID");
});
