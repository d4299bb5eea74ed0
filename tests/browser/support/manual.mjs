// A journey along a manual: each step carries the number of the statement in tests/sources.md that it proves.
import { expect, test } from "./fixtures.mjs";
import { PATHS, newPerson } from "./portal.mjs";

/** One statement of the manual; an error names it. */
export const step = (number, work) => test.step(number, work);

/** The organization goes by a preset, and somebody of that role is signed in, by themselves in their browser. */
export async function arrive(portal, preset, role) {
  const { server } = portal;
  await server.applyPolicy(preset);
  const person = newPerson("Grace Hopper", role);
  await server.createUser(person);
  await portal.signIn(person);
}

/** Expects that a service which is presented the token gets this answer. */
export async function expectVerified(portal, token, code) {
  const answer = await portal.http.verify(token);
  expect(answer.code).toBe(code);
  return answer;
}

/** Expects the element in the right half of the page, above all rows. */
export async function expectUpperRight(portal, element) {
  const [box, main] = [await element.boundingBox(), await portal.page.locator("main").boundingBox()];
  expect(box.x + box.width / 2).toBeGreaterThan(main.x + main.width / 2);
  const row = portal.rows.first();
  if (await row.count()) expect(box.y).toBeLessThan((await row.boundingBox()).y);
}

/** The columns from left to right, as the heads of the table name them. */
export const columns = portal => portal.id("api-keys-table").locator("thead th").allTextContents();

/** Says yes to what the dialog asks. */
export async function agree(portal) {
  await expect(portal.confirmDialog).toBeVisible();
  await portal.settled();
  await portal.id("confirm-action").click();
  await expect(portal.success).toBeVisible();
  await portal.settled();
}

/** Presses a button of the row, and waits for the dialog or page that it opens. */
export async function press(portal, name, button, opened) {
  await portal.row(name).getByTestId(button).click();
  await expect(opened).toBeVisible();
  await portal.settled();
}

/** Sees a token again by a button of the row, which without JavaScript asks first, or by what the row's menu offers. */
export async function seeToken(portal, name, control) {
  const isInRow = control.startsWith("row-");
  if (isInRow) await portal.row(name).getByTestId(control).click();
  else await portal.choose(name, control);
  if (isInRow && !portal.js) {
    await expect(portal.id("token-question")).toBeVisible();
    await portal.id("confirm-action").click();
  }
  await expect(portal.token).toBeVisible();
  await portal.settled();
}

export { PATHS, expect, test };
