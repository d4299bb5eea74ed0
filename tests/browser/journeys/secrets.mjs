// Secrets that are planted during a whole journey, and searched for everywhere afterwards.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setPolicy } from "../support/policy.mjs";
import { PATHS, newPerson } from "../support/portal.mjs";
import { expect, test } from "../support/fixtures.mjs";

// The journey registers with a password of its own.
test.use({ registered: false });

/** The spellings in which a text might have been kept. */
function spellings(text) {
  const bytes = Buffer.from(text);
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3));
  return [
    text,
    encodeURIComponent(text),
    encodeURIComponent(text).replaceAll("%20", "+"),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    // Without the end, which depends on the next bytes.
    whole.toString("base64"),
    whole.toString("base64url"),
    bytes.toString("utf16le"),
  ];
}

function filesBelow(folder) {
  return readdirSync(folder).flatMap(name => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

/** The places, by name, in which the text is found. */
function findIn(places, text) {
  const wanted = new Set(spellings(text));
  return [...places].filter(([, content]) => [...wanted].some(spelling => content.includes(spelling))).map(([place]) => place);
}

/** What the server keeps: its files, its log and, on PostgreSQL, all tables. */
function keptByServer(server) {
  const places = new Map(filesBelow(server.folder).map(path => [path, readFileSync(path, "latin1")]));
  places.set("the server's log", Buffer.from(server.log).toString("latin1"));
  if (server.postgres) places.set("the tables", Buffer.from(server.postgres.dump()).toString("latin1"));
  return places;
}

test("no token, password or session is found anywhere after a whole journey", { tag: ["@nojs-too", "@postgres-too"] }, async ({ portal, server, page }) => {
  portal.watch.allow(401, 403, 404, 409, 422);
  const owner = newPerson();
  const secrets = new Map();
  const plant = (what, text) => secrets.set(what, text);
  const plantToken = (what, token) => {
    plant(`the token ${what}`, token);
    plant(`the secret part ${what}`, token.split("_")[2]);
    plant(`the secret ${what} without its checksum`, token.split("_")[2].slice(0, 43));
  };
  const plantSession = async () => {
    for (const { name, value } of await page.context().cookies()) plant(`the cookie ${name} ${secrets.size}`, value);
  };

  // The journey: everything that handles a secret, done right and done wrong.
  plant("the password", owner.password);
  await portal.register(owner);
  await plantSession();
  // Tokens are kept, and seen again.
  setPolicy(server, { viewable: "all" });
  await portal.goToList();
  plantToken("that was confirmed", await portal.createAndFinish({ name: "Confirmed key" }));
  plantToken("that was left", await portal.create({ name: "Abandoned key" }));
  page.on("dialog", dialog => dialog.accept());
  await portal.goToList();
  plantToken("that was discarded", await portal.create({ name: "Discarded key" }));
  await portal.id("discard-key").click();
  await expect(portal.success).toContainText("Discarded key");
  const [deleted, twice] = await portal.seed(["Deleted key", "Pasted key"]);
  plantToken("of the deleted key", deleted.token);
  plantToken("that was pasted", twice.token);
  await portal.http.post(PATHS.deletion(deleted.id), { csrf: await portal.csrf() });
  await portal.go(PATHS.details(twice.id));
  await portal.id("show-token").click();
  await expect(portal.token).toHaveValue(twice.token);
  await portal.settled();
  await portal.id("hide-token").click();
  await portal.settled();
  await portal.signOut();
  const wrong = `wrong ${owner.password}`;
  plant("the wrong password", wrong);
  await portal.field("Email").fill(owner.email);
  await portal.field("Password").fill(wrong);
  await portal.button("Sign in").click();
  await expect(portal.id("form-error")).toBeVisible();
  expect(await page.content()).not.toContain(wrong);
  await portal.settled();
  await portal.signIn(owner);
  await plantSession();
  await portal.goToList();
  await portal.openCreate();
  await portal.page.keyboard.press("Escape");
  // If the address contains a secret, the server must not repeat it.
  await portal.http.get(`${PATHS.list}?after=${twice.token}`);
  await portal.http.get(`/${twice.token}`);
  await portal.http.post(PATHS.list, { csrf: "forged", name: "Forged key", password: owner.password, token: twice.token });

  const everySecret = [...secrets].filter(([, text]) => text.length >= 12);
  expect(everySecret.length).toBeGreaterThanOrEqual(20);

  // The server's files, while it runs and with its write-ahead log.
  const kept = keptByServer(server);
  expect(findIn(kept, "Confirmed key"), "the search finds what is there").toContain(
    server.postgres ? "the tables" : kept.has(join(server.folder, "latchkey.db-wal")) ? join(server.folder, "latchkey.db-wal") : join(server.folder, "latchkey.db"),
  );
  expect(findIn(kept, PATHS.list), "the search reads the log").toContain("the server's log");
  for (const [what, text] of everySecret) expect(findIn(kept, text), what).toEqual([]);

  // The pages displayed afterwards, as pages and as fragments.
  const shown = new Map();
  const ids = (await portal.http.get(PATHS.list)).body.match(/data-key-id="[^"]+"/g).map(match => match.slice(13, -1));
  const paths = [PATHS.home, PATHS.settings, PATHS.list, `${PATHS.list}?sort=name`, PATHS.create, PATHS.allDeletion, PATHS.signIn, PATHS.registration,
    ...ids.map(PATHS.deletion), ...ids.map(PATHS.details), ...ids.map(id => `${PATHS.details(id)}/token`), `${PATHS.bulkDeletion}?${ids.map(id => `id=${id}`).join("&")}`, "/nothing", "/healthz", "/readyz"];
  for (const path of paths) {
    for (const headers of [{}, { "HX-Request": "true" }]) {
      const { headers: answered, body } = await portal.http.get(path, headers);
      shown.set(`${path} ${JSON.stringify(headers)}`, body + JSON.stringify({ ...answered, "set-cookie": undefined }));
    }
  }
  for (const path of paths) {
    await page.goto(path).catch(error => { throw new Error(`${path}: ${error.message}`) });
    shown.set(`the document of ${path}`, await page.content());
  }
  expect(findIn(shown, "Confirmed key").length, "the search finds what is there").toBeGreaterThan(2);
  for (const [what, text] of everySecret) expect(findIn(shown, text), what).toEqual([]);

  // The browser's data: addresses, titles, state, storage. Cookies hold the session, and no other secret.
  const devtools = await page.context().newCDPSession(page);
  const { entries } = await devtools.send("Page.getNavigationHistory");
  await portal.goToList();
  const browser = new Map([
    ["the history", JSON.stringify(entries)],
    ["the storage", await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, document.referrer, name, document.cookie]))],
    ["the cookies", JSON.stringify((await page.context().cookies()).map(({ value }) => [value, decodeURIComponent(value)]))],
  ]);
  expect(findIn(browser, PATHS.settings), "the search reads the history").toEqual(["the history"]);
  for (const [what, text] of everySecret) {
    if (!what.startsWith("the cookie")) expect(findIn(browser, text), what).toEqual([]);
    else expect(findIn(browser, text).filter(place => place !== "the cookies"), what).toEqual([]);
  }

  // And everything that is left after the server has stored its data.
  await server.stop();
  const left = keptByServer(server);
  expect(findIn(left, "Confirmed key").length, "the search finds what is there").toBeGreaterThan(0);
  for (const [what, text] of everySecret) expect(findIn(left, text), what).toEqual([]);
});

test("the file with the secret key is closed to others", async ({ server }) => {
  expect(statSync(join(server.folder, "secret.key")).mode & 0o077).toBe(0);
});
