// Takes pictures of the pages: node tests/browser/screenshots.mjs [FOLDER]
// They go to tests/browser/screenshots unless another folder is named. LATCHKEY_BINARY names the binary; by default it
// is the last build, release or debug.
import { mkdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, expect } from "@playwright/test";
import { launchOptions } from "./support/chromium.mjs";
import { PATHS, Portal, newPerson } from "./support/portal.mjs";
import { Server, newestBinary } from "./support/server.mjs";
import { Watch } from "./support/watch.mjs";

const folder = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), "screenshots"));
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 320, height: 720 };

process.env.LATCHKEY_BINARY ??= newestBinary();

/** Keys of one person in all states, on the server with the demo. */
const withKeys = {
  "api-keys": portal => portal.goToList(),
  selection: async portal => {
    await portal.goToList();
    for (const box of (await portal.page.getByRole("checkbox", { name: /^Select (?!all)/ }).all()).slice(1, 4)) await box.check();
  },
  deletion: async portal => {
    await portal.goToList();
    await portal.id("row-menu").first().click();
    await portal.id("delete-key").click();
    await expect(portal.confirmDialog).toBeVisible();
  },
  "bulk-deletion": async portal => {
    await withKeys.selection(portal);
    await portal.id("delete-selected").click();
    await expect(portal.confirmDialog).toBeVisible();
  },
  "all-deletion": async portal => {
    await portal.goToList();
    await portal.id("delete-all-keys").click();
    await expect(portal.confirmDialog).toBeVisible();
  },
  home: portal => portal.go(PATHS.home),
  settings: portal => portal.go(PATHS.settings),
  verification: portal => portal.go(PATHS.verification),
  "verification-snippet": async portal => {
    await portal.go(`${PATHS.verification}#nginx`);
  },
  organization: portal => portal.go(PATHS.organization),
  details: async portal => {
    await portal.goToList();
    await portal.page.getByTestId("api-key-row").nth(2).getByTestId("cell-name").getByRole("link").click();
    await expect(portal.id("api-key-detail")).toBeVisible();
  },
  rotation: async portal => {
    await portal.goToList();
    await portal.page.locator('[data-testid="api-key-row"][data-status="active"]').first().getByTestId("row-menu").click();
    await portal.id("rotate-key").click();
    await expect(portal.id("rotation-dialog")).toBeVisible();
  },
  "audit-log": portal => portal.go("/settings/audit-log?action=key_changes"),
  activity: portal => portal.go("/settings/account/activity"),
  policy: portal => portal.go("/settings/policy"),
  members: portal => portal.go(PATHS.members),
  invitation: async portal => {
    await portal.go(PATHS.members);
    await portal.id("invite-member").click();
    await expect(portal.id("invite-dialog")).toBeVisible();
  },
  "invitation-link": async portal => {
    await withKeys.invitation(portal);
    await portal.field("Email").fill(`nora-${Date.now()}@demo.example`);
    await portal.id("submit-invite").click();
    await expect(portal.id("invitation-link")).toBeVisible();
  },
  role: async portal => {
    await portal.go(PATHS.members);
    await portal.id("change-role").last().click();
    await expect(portal.id("confirm-action")).toBeVisible();
  },
  removal: async portal => {
    await portal.go(PATHS.members);
    await portal.id("remove-member").first().click();
    await expect(portal.id("confirm-action")).toBeVisible();
  },
  projects: portal => portal.go(PATHS.projects),
  account: portal => portal.go("/settings/account"),
  password: portal => portal.go("/settings/account/password"),
  sessions: portal => portal.go("/settings/account/sessions"),
  proof: portal => portal.go("/password-proof?next=/"),
  "not-found": portal => portal.go("/nothing/here"),
};

/** Somebody who has just begun. */
const begun = {
  empty: portal => portal.goToList(),
  creation: async portal => {
    await portal.goToList();
    await portal.openCreate();
    await portal.fillCreate({ name: "CI deploy bot", description: "Pushes the maps to production" });
  },
  "creation-errors": async portal => {
    await portal.seed(["CI deploy bot"]);
    await begun.creation(portal);
    await portal.field("Expiration date").fill("2020-01-01");
    await portal.id("submit-create").click();
    await expect(portal.id("error-name")).toBeVisible();
  },
  reveal: async portal => {
    await portal.goToList();
    await portal.create({ name: `Nightly export ${Date.now() % 1000}` });
  },
  "reveal-reminder": async portal => {
    await begun.reveal(portal);
    await portal.done.click({ force: true });
    await expect(portal.id("error-copied")).toBeVisible();
  },
};

const visitors = {
  registration: portal => portal.go(PATHS.registration),
  "registration-errors": async portal => {
    await portal.go(PATHS.registration);
    await portal.field("Email").fill("ada@example.org");
    await portal.button("Create account").click();
    await expect(portal.id("error-summary")).toBeVisible();
  },
};

const guests = {
  "sign-in": portal => portal.go(PATHS.signIn),
  "sign-in-error": async portal => {
    await portal.go(PATHS.signIn);
    await portal.field("Email").fill("ada@example.org");
    await portal.field("Password").fill("not the password");
    await portal.button("Sign in").click();
    await expect(portal.id("form-error")).toBeVisible();
  },
};

const browser = await chromium.launch(launchOptions());

async function take(server, states, prepare) {
  for (const [look, { colorScheme, viewport, names }] of Object.entries(LOOKS)) {
    for (const [name, visit] of Object.entries(states)) {
      if (names && !names.includes(name)) continue;
      const context = await browser.newContext({ baseURL: server.address, viewport, colorScheme, deviceScaleFactor: 1, reducedMotion: "reduce", locale: "en-GB", timezoneId: "UTC" });
      const page = await context.newPage();
      const portal = new Portal(page, { javaScript: true, server, watch: new Watch(context, server.address) });
      await prepare?.(portal);
      await visit(portal);
      await portal.settled();
      await page.evaluate(() => document.fonts.ready);
      const path = join(folder, `${name}-${look}.png`);
      await page.screenshot({ path, animations: "disabled", caret: "hide" });
      console.log(path);
      await context.close();
    }
  }
}

const LOOKS = {
  light: { colorScheme: "light", viewport: WIDE },
  dark: { colorScheme: "dark", viewport: WIDE, names: ["api-keys", "selection", "all-deletion", "home", "sign-in", "creation-errors", "reveal", "verification-snippet", "organization", "details", "rotation", "audit-log", "members", "account"] },
  narrow: { colorScheme: "light", viewport: NARROW, names: ["api-keys", "selection", "deletion", "settings", "registration", "empty", "creation", "reveal", "verification", "verification-snippet", "organization", "details", "rotation", "audit-log", "activity", "policy", "members", "invitation-link", "projects", "account", "sessions"] },
};

async function on(args, work) {
  const server = await new Server("sqlite").start(args);
  try {
    await work(server);
  } finally {
    await server.stop();
    server.remove();
  }
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
try {
  await on(["serve", "--demo"], async server => {
    await expect.poll(() => server.log).toMatch(/with the password: .+/);
    const password = /with the password: (.+)/.exec(server.log)[1].trim();
    const email = /^\s*(owner@\S+)$/m.exec(server.log)[1];
    await take(server, withKeys, portal => portal.signIn({ email, password }));
  });
  await on(["serve"], async server => {
    await take(server, visitors, undefined);
    const owner = newPerson();
    const context = await browser.newContext({ baseURL: server.address });
    await new Portal(await context.newPage(), { javaScript: true, server, watch: new Watch(context, server.address) }).register(owner);
    await context.close();
    await take(server, guests, undefined);
    await take(server, { empty: begun.empty }, portal => portal.signIn(owner));
    const { empty: _, ...others } = begun;
    let made = 0;
    // Each picture has its own account, because keys of the previous one would be in the way.
    const someoneNew = async portal => {
      const person = { ...newPerson("Ada Lovelace", "administrator"), email: `ada-${++made}@example.org` };
      await server.createUser(person);
      await portal.signIn(person);
    };
    await take(server, others, someoneNew);
  });
} finally {
  await browser.close();
}
