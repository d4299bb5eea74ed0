#!/usr/bin/env node
// Puts pictures of every page on one sheet for each language and theme: node tests/browser/contact_sheet.mjs [FOLDER]
// The pages are the routes in tests/it/web/access.txt that an owner gets, on the demo's data, on a laptop and a phone.
// They go to docs/contact_sheet unless another folder is named. LATCHKEY_BINARY names the binary; by default it is the
// last build.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { PHONE, openPortal, withDemo } from "./judges/support/demo.mjs";
import { PATHS } from "./support/portal.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const folder = resolve(process.argv[2] ?? join(root, "docs/contact_sheet"));
const LARGEST = 1_000_000;
const COLUMNS = 5;
const LOCALES = { en: "en-GB", ru: "ru-RU" };
const THEMES = ["light", "dark"];
const SIZES = { laptop: { viewport: { width: 1280, height: 900 } }, phone: { viewport: PHONE, hasTouch: true, isMobile: true } };

/** What people see who are not signed in; the registration is closed in the demo. */
const OF_VISITORS = [PATHS.signIn, PATHS.registration, "/password-reset", "/password-reset/new-password"];

/** The routes of pages, in the order of the table; without files, and without what only redirects. */
function routes() {
  const table = readFileSync(join(root, "tests/it/web/access.txt"), "utf8").split("\n").slice(1);
  const pages = table.map(line => line.split(/ \|? ?/)).filter(([method, path]) => method === "GET" && !/\.(csv|json|toml)$/.test(path));
  return [...new Set(pages.map(([, path]) => path))].filter(path => !path.startsWith("/.well-known") && !OF_VISITORS.includes(path));
}

/** An address for each route: `{id}` is a thing of the demo. */
async function addresses(portal) {
  const first = async (path, row, name) => {
    await portal.go(path);
    return portal.page.locator(row).first().getAttribute(name);
  };
  const key = await first(PATHS.list, '[data-testid="api-key-row"][data-status="active"]', "data-key-id");
  const member = await first(PATHS.members, '[data-testid="member-row"]:not([data-role="owner"])', "data-user-id");
  const project = await first(PATHS.projects, '[data-testid="project-row"]', "data-project-id");
  const things = { "/settings/developers/api-keys/": key, "/settings/members/{": member, "/settings/projects/": project };
  return routes().flatMap(route => {
    const thing = Object.entries(things).find(([start]) => route.startsWith(start))?.[1];
    if (route.includes("{id}") && !thing) return [];
    const address = route.replace("{id}", thing);
    return [{ route, address: /\/bulk-/.test(route) ? `${address}?id=${key}` : address }];
  });
}

/** A picture, or nothing if the address only leads elsewhere. */
async function take(page, route, address) {
  await page.goto(address);
  const isThere = new URL(page.url()).pathname === address.split("?")[0];
  if (!isThere) return undefined;
  await page.evaluate(() => document.fonts.ready);
  return { route, jpeg: await page.screenshot({ type: "jpeg", quality: 85, animations: "disabled", caret: "hide" }) };
}

async function takeAll(browser, server, owner, options) {
  const portal = await openPortal(browser, server, owner, options);
  const pictures = [];
  const add = async (route, address) => {
    const picture = await take(portal.page, route, address);
    if (picture) pictures.push(picture);
  };
  // Fonts that came too late for the first page are there for the others.
  await portal.page.goto(PATHS.list);
  for (const { route, address } of await addresses(portal)) await add(route, address);
  await add("not found", "/nothing/here");
  await portal.page.context().clearCookies();
  for (const path of OF_VISITORS) await add(path, path);
  await portal.page.context().close();
  return pictures;
}

const tile = ({ route }, laptop, phone) => `<figure><div><img width="336" src="${uri(laptop)}"><img width="109" src="${uri(phone)}"></div><figcaption>${route}</figcaption></figure>`;
const uri = picture => picture ? `data:image/jpeg;base64,${picture.jpeg.toString("base64")}` : "";
const STYLE = `body { margin: 16px; font: 12px sans-serif } main { display: grid; grid-template-columns: repeat(${COLUMNS}, 450px); gap: 16px }
  figure { margin: 0 } div { display: flex; gap: 5px; align-items: start } img { border: 0; outline: 1px solid #8888 } figcaption { padding-top: 4px }
  .dark { background: #111; color: #ddd }`;

async function writeSheet(browser, name, theme, laptops, phones) {
  const tiles = laptops.map(picture => tile(picture, picture, phones.find(({ route }) => route === picture.route)));
  const page = await browser.newPage({ viewport: { width: COLUMNS * 466 + 16, height: 800 } });
  await page.setContent(`<style>${STYLE}</style><body class="${theme}"><main>${tiles.join("")}</main>`, { waitUntil: "load" });
  let jpeg;
  for (let quality = 80; quality >= 30; quality -= 10) {
    jpeg = await page.screenshot({ fullPage: true, type: "jpeg", quality });
    if (jpeg.length <= LARGEST) break;
  }
  await page.close();
  writeFileSync(join(folder, name), jpeg);
  console.log(`${join(folder, name)}: ${laptops.length} pages, ${Math.round(jpeg.length / 1000)} kB`);
}

mkdirSync(folder, { recursive: true });
await withDemo(async ({ browser, server, owner }) => {
  for (const [language, locale] of Object.entries(LOCALES)) {
    for (const colorScheme of THEMES) {
      const options = { locale, colorScheme, reducedMotion: "reduce" };
      // The sign-in finds its fields by their English names.
      const signedIn = await openPortal(browser, server, owner);
      const storageState = await signedIn.page.context().storageState();
      const all = {};
      for (const [size, screen] of Object.entries(SIZES)) all[size] = await takeAll(browser, server, undefined, { ...options, ...screen, storageState });
      await signedIn.page.context().close();
      await writeSheet(browser, `${language}-${colorScheme}.jpg`, colorScheme, all.laptop, all.phone);
    }
  }
});
