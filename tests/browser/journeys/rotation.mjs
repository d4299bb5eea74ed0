// Rotation: a key gets a new token, and the former one works until the end of the overlap.
import { PATHS } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

const NAME = "Nightly backup";

const codeOf = async (portal, token) => (await portal.http.verify(token)).code;

/** From the list to the new token. */
async function rotate(portal, { overlap, heading = "Copy the new token" } = {}) {
  await portal.goToList();
  await portal.choose(NAME, "rotate-key");
  await expect(portal.id("rotation-dialog")).toBeVisible();
  await portal.settled();
  if (overlap) await portal.field("The current token keeps working for").selectOption(overlap);
  await portal.id("confirm-action").click();
  await expect(portal.heading(heading)).toBeVisible();
  await portal.settled();
  return portal.token.inputValue();
}

async function confirm(portal) {
  if (portal.js) await expect(portal.done).toHaveAttribute("aria-disabled", "true");
  await portal.tick.check();
  await portal.done.click();
  await expect(portal.success).toContainText(NAME);
  await portal.settled();
}

test("a key is rotated: both tokens work, and then the former one is ended", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  await portal.goToList();
  const former = await portal.createAndFinish({ name: NAME });
  const token = await rotate(portal, { overlap: "7 days" });
  expect(token).not.toBe(former);
  expect(await codeOf(portal, former)).toBe("VALID");
  expect(await codeOf(portal, token)).toBe("KEY_NOT_CONFIRMED");
  await confirm(portal);

  await expect(portal.heading(NAME)).toBeVisible();
  await expect(portal.id("current-token")).toContainText(token.slice(-4));
  await expect(portal.id("former-token")).toContainText(former.slice(-4));
  expect(await portal.everythingShown()).not.toContain(token.split("_")[2]);
  expect([await codeOf(portal, former), await codeOf(portal, token)]).toEqual(["VALID", "VALID"]);

  await portal.id("end-overlap").click();
  await expect(portal.confirmDialog).toContainText(former.slice(-4));
  await portal.button("Yes, end it now").click();
  await expect(portal.success).toContainText("no longer works");
  expect([await codeOf(portal, former), await codeOf(portal, token)]).toEqual(["EXPIRED", "VALID"]);
  await expect(portal.id("end-overlap")).toHaveCount(0);
});

test("a new token that is not wanted is discarded, and one that was left changes nothing", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  await portal.goToList();
  const former = await portal.createAndFinish({ name: NAME });
  const discarded = await rotate(portal);
  await portal.button("Discard the new token").click();
  await expect(portal.success).toContainText("was discarded");
  await rotate(portal);
  await portal.go(PATHS.settings);
  await portal.goToList();
  await portal.row(NAME).getByRole("link", { name: NAME, exact: true }).click();
  await expect(portal.id("pending-token")).toBeVisible();
  expect([await codeOf(portal, former), await codeOf(portal, discarded)]).toEqual(["VALID", "NOT_FOUND"]);
});

test("a key that nobody confirmed is rotated instead of deleted", { tag: "@nojs-too" }, async ({ ownerPortal: portal }) => {
  await portal.goToList();
  await portal.seed([NAME], { confirm: false });
  const token = await rotate(portal, { heading: "Copy your API key" });
  await confirm(portal);
  await expect(portal.row(NAME)).toHaveAttribute("data-status", "active");
  expect(await codeOf(portal, token)).toBe("VALID");
});
