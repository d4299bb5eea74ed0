// A server with the demo's data, for judges, and browsers that are signed in to it.
import { chromium, expect } from "@playwright/test";
import { launchOptions } from "../../support/chromium.mjs";
import { Portal, newPerson } from "../../support/portal.mjs";
import { Server, newestBinary } from "../../support/server.mjs";
import { Watch } from "../../support/watch.mjs";

process.env.LATCHKEY_BINARY ??= newestBinary();

export const WIDE = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** A new page, signed in as `person` if there is one. */
export async function openPortal(browser, server, person, options = {}) {
  const context = await browser.newContext({ baseURL: server.address, viewport: WIDE, locale: "en-GB", timezoneId: "UTC", ...options });
  const portal = new Portal(await context.newPage(), { javaScript: true, server, watch: new Watch(context, server.address) });
  if (person) await portal.signIn(person);
  return portal;
}

/** Calls `work` with a browser, a server with the demo's data, and the demo's owner. */
export async function withDemo(work, args = []) {
  const browser = await chromium.launch(launchOptions());
  const server = await new Server("sqlite").start(["serve", "--demo", ...args]);
  try {
    await expect.poll(() => server.log).toMatch(/with the password: .+/);
    const password = /with the password: (.+)/.exec(server.log)[1].trim();
    const email = role => new RegExp(`^\\s*(${role}@\\S+)`, "m").exec(server.log)[1];
    const person = role => ({ email: email(role), password });
    await work({ browser, server, owner: person("owner"), person });
  } finally {
    await server.stop();
    server.remove();
    await browser.close();
  }
}

/** Calls `work` with a browser, a server where only an owner has registered, and that owner. */
export async function withNewOwner(work) {
  const browser = await chromium.launch(launchOptions());
  const server = await new Server("sqlite").start();
  try {
    const owner = newPerson();
    const portal = await openPortal(browser, server);
    await portal.register(owner);
    await work({ browser, server, owner, portal });
  } finally {
    await server.stop();
    server.remove();
    await browser.close();
  }
}
