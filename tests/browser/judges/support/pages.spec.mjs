// Every state of every page, in one language: what machines find, and the pages themselves for the checker of markup.
import { createHash } from "node:crypto";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { COLOURS, axeFaults, forcedColourFaults, labelFaults, markupFaults, overflowFaults, targetFaults } from "../../support/audit.mjs";
import { test } from "../../support/fixtures.mjs";
import { STATES } from "../../support/states.mjs";

const folder = process.env.JUDGE_FOLDER;

const save = (page, where, html) => {
  const name = createHash("sha256").update(html).digest("hex").slice(0, 16);
  writeFileSync(join(folder, `${name}.html`), html);
  appendFileSync(join(folder, "pages.jsonl"), `${JSON.stringify({ name, where })}\n`);
};

for (const { name, visitor, empty, expects = [], visit } of STATES) {
  test.describe(name, () => {
    test.use({ registered: !empty });

    test("has no fault", async ({ context, portal, prepared, page, pageLanguage, javaScriptEnabled }) => {
      const where = `${name}, ${pageLanguage}${javaScriptEnabled ? "" : ", without JavaScript"}`;
      const faults = [];
      const note = (kind, found) => faults.push(...found.map(text => ({ kind, where, text })));
      const sources = new Map();
      context.on("response", async response => {
        const request = response.request();
        const { pathname } = new URL(response.url());
        appendFileSync(join(folder, "paths.txt"), `${request.method()} ${response.status()} ${pathname}\n`);
        if (!/^text\/html/.test(response.headers()["content-type"] ?? "") || response.status() === 303) return;
        const text = await response.text().catch(() => "");
        if (text.startsWith("<!DOCTYPE")) sources.set(`${request.method()} ${pathname}`, text);
      });
      portal.watch.allow(...expects);
      if (!visitor) await prepared.signIn(context);
      await visit(portal, prepared.owner);
      await portal.settled();

      for (const [path, text] of sources) save(page, `${where}: ${path}`, text);
      save(page, where, await page.content());
      note("labels", await labelFaults(page));
      note("markup", await markupFaults(await page.content()));
      for (const width of [1280, 390, 320]) {
        await page.setViewportSize({ width, height: 800 });
        // axe needs the clock of a page, which stands still without JavaScript.
        for (const colorScheme of javaScriptEnabled ? ["light", "dark"] : []) {
          await page.emulateMedia({ colorScheme });
          const rules = colorScheme === "dark" ? { type: "rule", values: COLOURS } : undefined;
          note(`axe ${colorScheme} ${width}`, await axeFaults(page, rules));
        }
        if (javaScriptEnabled) note(`forced colours ${width}`, await forcedColourFaults(page));
        note(`overflow ${width}`, await overflowFaults(page));
        note(`targets ${width}`, await targetFaults(page, 24));
      }
      for (const fault of faults) appendFileSync(join(folder, "faults.jsonl"), `${JSON.stringify(fault)}\n`);
    });
  });
}

test("every target is 44 px on a coarse pointer", async ({ browser, server, prepared, pageLanguage, javaScriptEnabled }) => {
  const context = await browser.newContext({
    baseURL: server.address, javaScriptEnabled, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true,
    locale: pageLanguage === "ru" ? "ru-RU" : "en-GB",
  });
  await prepared.signIn(context);
  const page = await context.newPage();
  for (const path of ["/", "/settings", "/settings/developers/api-keys", "/settings/developers/api-keys/new", "/settings/members", "/settings/projects", "/settings/policy", "/settings/account", "/go-to", "/shortcuts"]) {
    await page.goto(path);
    for (const text of await targetFaults(page, 44)) {
      appendFileSync(join(folder, "faults.jsonl"), `${JSON.stringify({ kind: "targets of 44", where: `${path}, ${pageLanguage}`, text })}\n`);
    }
  }
  await context.close();
});
