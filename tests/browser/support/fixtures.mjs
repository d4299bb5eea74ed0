// The start of every journey: a server of its own, a watched browser context, the pages.
import { test as base, expect } from "@playwright/test";
import { Portal } from "./portal.mjs";
import { Prepared } from "./prepared.mjs";
import { Server } from "./server.mjs";
import { Watch } from "./watch.mjs";

export { expect };

export const test = base.extend({
  database: ["sqlite", { option: true, scope: "worker" }],

  /** Whether the owner has registered before the journey begins. */
  registered: [true, { option: true }],

  /** The language of the pages, in which English labels are found. */
  pageLanguage: ["en", { option: true }],

  prepared: [
    async ({ browser, database }, use) => {
      const prepared = new Prepared(database);
      await use(await prepared.make(browser));
      prepared.remove();
    },
    { scope: "worker" },
  ],

  server: async ({ database, prepared, registered }, use, info) => {
    const server = registered ? prepared.copy() : new Server(database);
    try {
      await server.start();
      await use(server);
      const end = await server.stop();
      expect(end, "the server ends in order when it is asked to").toEqual({ code: 0, signal: null });
      expect(server.log, "the server's log").not.toMatch(/panicked|\bERROR\b/);
    } finally {
      await server.stop();
      if (info.status !== info.expectedStatus) await info.attach("server.log", { body: server.log, contentType: "text/plain" });
      server.remove();
    }
  },

  baseURL: async ({ server }, use) => use(server.address),

  watch: [
    async ({ context, baseURL }, use) => {
      const watch = new Watch(context, baseURL);
      await use(watch);
      expect(watch.take(), "faults that the browser reported").toEqual([]);
    },
    { auto: true },
  ],

  portal: async ({ page, javaScriptEnabled, pageLanguage, server, watch }, use) =>
    use(new Portal(page, { javaScript: javaScriptEnabled, server, watch, language: pageLanguage })),

  /** The first person, registered and signed in, with no page open yet. */
  owner: async ({ context, portal: _, prepared }, use) => {
    await prepared.signIn(context);
    await use(prepared.owner);
  },

  /** The pages as the owner sees them, for journeys that do not care who that is. */
  ownerPortal: async ({ portal, owner: _ }, use) => use(portal),

  /** Another browser, for another person. */
  secondPortal: async ({ browser, javaScriptEnabled, server, viewport }, use) => {
    const context = await browser.newContext({ baseURL: server.address, javaScriptEnabled, viewport });
    const watch = new Watch(context, server.address);
    await use(new Portal(await context.newPage(), { javaScript: javaScriptEnabled, server, watch }));
    await context.close();
    expect(watch.take(), "faults that the second browser reported").toEqual([]);
  },
});
