#!/usr/bin/env node
// How much people see, how much they do, and how long they wait: node tests/browser/judges/density.mjs
// Rows on a screen, where the table begins, actions to the first key, INP with 200 rows, how long dialogs take to open,
// and what the page of keys weighs. LATCHKEY_BINARY names the binary; by default it is the last build.
import { expect } from "@playwright/test";
import { PATHS } from "../support/portal.mjs";
import { PHONE, WIDE, openPortal, withDemo, withNewOwner } from "./support/demo.mjs";
import { finish, printTable } from "./support/report.mjs";

const OPENINGS = 5;
const ROWS = 200;
const figures = [["figure", "value", "limit"]];
const faults = [];

/** `limit` is a number that the value must not exceed; `least` one that it must reach. */
function record(name, value, { limit, least, unit = "" } = {}) {
  const text = typeof value === "number" ? String(Math.round(value)) : value;
  figures.push([name, text + unit, limit === undefined ? least === undefined ? "" : `≥ ${least}${unit}` : `≤ ${limit}${unit}`]);
  if (limit !== undefined && !(value <= limit) || least !== undefined && !(value >= least)) faults.push(`${name}: ${text}${unit}`);
}

const top = locator => locator.first().evaluate(element => element.getBoundingClientRect().top + scrollY);

async function measureLayout(browser, server, owner) {
  const { page } = await openPortal(browser, server, owner);
  for (const [view, path] of [["own keys", PATHS.list], ["organization", PATHS.organization]]) {
    await page.goto(path);
    await page.evaluate(() => document.fonts.ready);
    const seen = await page.getByTestId("api-key-row").evaluateAll((rows, height) =>
      rows.filter(row => row.getBoundingClientRect().bottom <= height).length, WIDE.height);
    record(`rows on a screen of 1280 × 900, ${view}`, seen, { least: 12 });
    record(`y of the table at 1280, ${view}`, await top(page.getByTestId("api-keys-table")), { limit: 260, unit: " px" });
  }
  await page.context().close();
  const phone = await openPortal(browser, server, owner, { viewport: PHONE, hasTouch: true, isMobile: true });
  await phone.goToList();
  record("y of the first key at 390 × 844", await top(phone.rows), { limit: PHONE.height - 100, unit: " px" });
  await phone.page.context().close();
}

/** What a person does from the empty page to a key that is active, with the copied token. */
async function countActions() {
  await withNewOwner(async ({ portal }) => {
    const actions = [];
    const act = async (name, work) => {
      await work();
      actions.push(name);
      await portal.settled();
    };
    await portal.goToList();
    // The empty page has the form itself. Typing is no press, and belongs to the action that sends it.
    await portal.field("What will use this key?").fill("First");
    await act("type a name and create", () => portal.button("Create your first key").click());
    await expect(portal.heading("Copy your API key")).toBeVisible();
    const copy = portal.id("copy-key");
    if (await copy.textContent() !== "Copied") await act("Copy", () => copy.click());
    if (!await portal.tick.isChecked()) await act("tick", () => portal.tick.check());
    await act("Done", () => portal.done.click());
    await expect(portal.rows).toHaveAttribute("data-status", "active");
    record(`actions to the first key (${actions.join(", ")})`, actions.length, { limit: 4 });
  });
}

/** Makes the page of 50 rows one of 200, before its scripts see it. */
async function multiplyRows(page, path) {
  await page.route(url => url.pathname === PATHS.list, async route => {
    const answer = await route.fetch();
    const body = (await answer.text()).replace(/<tbody>([^]*?)<\/tbody>/, (_, rows) => {
      const copies = Array.from({ length: 4 }, (_, copy) => rows.replace(/key_([a-z0-9]+)/g, `key_${copy}$1`));
      return `<tbody>${copies.join("")}</tbody>`;
    });
    await route.fulfill({ response: answer, body });
  });
  await page.goto(path);
}

async function measureInteractions(browser, server, owner) {
  const portal = await openPortal(browser, server, owner);
  const { page } = portal;
  await multiplyRows(page, PATHS.organization);
  await portal.settled();
  expect(await portal.rows.count()).toBe(ROWS);
  await page.evaluate(() => {
    performance.interactions = [];
    new PerformanceObserver(list => {
      for (const { interactionId, duration, name } of list.getEntries()) if (interactionId) performance.interactions.push({ duration, name });
    }).observe({ type: "event", durationThreshold: 16 });
  });
  const boxes = page.locator("tbody [name=id]");
  for (const at of [0, 3, 7, 60, 120]) await boxes.nth(at).click();
  await boxes.nth(190).click({ modifiers: ["Shift"] });
  await page.locator("#select-all").click();
  await page.locator("#select-all").click();
  await portal.id("row-menu").nth(5).click();
  await page.keyboard.press("Escape");
  const search = page.locator("main [type=search]").first();
  if (await search.isVisible()) await search.pressSequentially("deploy", { delay: 20 });
  await page.evaluate(() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50))));
  const all = await page.evaluate(() => performance.interactions);
  const worst = all.reduce((worst, one) => one.duration > worst.duration ? one : worst, { duration: 16, name: "none over 16 ms" });
  record(`INP with ${ROWS} rows (${worst.name})`, worst.duration, { limit: 100, unit: " ms" });
  await page.context().close();
}

/** Milliseconds from the click to the next frame with the dialog, or undefined if none opens. */
const timeOpening = control => control.evaluate(element => new Promise(done => {
  const isOpen = () => document.querySelector("dialog[open], [popover]:popover-open");
  const began = performance.now();
  const look = () => {
    if (isOpen()) requestAnimationFrame(() => done(performance.now() - began));
    else if (performance.now() - began > 3000) done(undefined);
    else requestAnimationFrame(look);
  };
  element.click();
  look();
}));

/** Pages, and on each of them the controls that open a dialog. */
const DIALOGS = {
  list: { path: PATHS.list, controls: ["create-key", "delete-all-keys", "row-menu", "open-go-to", "open-shortcuts"] },
  details: { controls: ["rename-key", "edit-key", "disable-key", "revoke-key", "delete-key"] },
  members: { path: PATHS.members, controls: ["invite-member", "change-role", "disable-member", "remove-member"] },
  projects: { path: PATHS.projects, controls: ["create-project", "rename-project", "archive-project"] },
};

async function measureDialogs(browser, server, owner) {
  const portal = await openPortal(browser, server, owner);
  await portal.goToList();
  const row = portal.page.locator('[data-testid="api-key-row"][data-status="active"]').first();
  const details = PATHS.details(await row.getAttribute("data-key-id"));
  for (const [name, { path = details, controls }] of Object.entries(DIALOGS)) {
    for (const testId of controls) {
      const times = [];
      for (let opening = 0; opening < OPENINGS; opening++) {
        await portal.go(path);
        const control = portal.id(testId).last();
        if (await control.count() === 0) break;
        times.push(await timeOpening(control));
      }
      if (times.includes(undefined)) faults.push(`${testId} on ${name} opens no dialog`);
      else if (times.length > 0) record(`${testId} on ${name}, median of ${OPENINGS}`, times.toSorted((a, b) => a - b)[OPENINGS >> 1], { limit: 100, unit: " ms" });
    }
  }
  await portal.page.context().close();
}

async function measureWeight(browser, server, owner) {
  const portal = await openPortal(browser, server, owner);
  const state = await portal.page.context().storageState();
  await portal.page.context().close();
  const context = await browser.newContext({ baseURL: server.address, viewport: WIDE, storageState: state, locale: "en-GB" });
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  const loaded = new Map();
  await network.send("Network.enable");
  network.on("Network.responseReceived", ({ requestId, type, response }) => loaded.set(requestId, { type, url: response.url, bytes: 0 }));
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => { loaded.get(requestId).bytes = encodedDataLength });
  await page.goto(PATHS.organization, { waitUntil: "networkidle" });
  const bytes = type => [...loaded.values()].filter(one => type === undefined || one.type === type).reduce((sum, one) => sum + one.bytes, 0);
  for (const type of ["Document", "Stylesheet", "Script", "Font"]) record(`weight of the page of keys: ${type}`, bytes(type), { unit: " B" });
  record("weight of the page of keys, cold", bytes(), { limit: 150_000, unit: " B" });
  record("requests of the page of keys, cold", loaded.size, { limit: 8 });
  record("elements of the page of keys", await page.evaluate(() => document.querySelectorAll("*").length), { limit: 2500 });
  await context.close();
}

await withDemo(async ({ browser, server, owner }) => {
  await measureLayout(browser, server, owner);
  await measureWeight(browser, server, owner);
  await measureDialogs(browser, server, owner);
  await measureInteractions(browser, server, owner);
});
await countActions();
printTable(figures);
finish("density", `${figures.length - 1} figures`, faults);
