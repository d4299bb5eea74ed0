#!/usr/bin/env node
// A smoke test in WebKit: node tests/browser/judges/webkit.mjs
// Signs in, creates, copies and confirms a key, and sees it in the list, in the browser of WebKitGTK. Needs
// WebKitWebDriver and a display (Debian: webkit2gtk-driver, xvfb). Safari itself runs only on Apple's systems.
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { findProgram } from "../support/chromium.mjs";
import { PATHS, newPerson } from "../support/portal.mjs";
import { Server, newestBinary } from "../support/server.mjs";
import { finish, printTable } from "./support/report.mjs";

process.env.LATCHKEY_BINARY ??= newestBinary();
const PORT = 4400 + process.pid % 500;
const DISPLAY = `:${90 + process.pid % 100}`;
const WAIT_MS = 10_000;
// WebKit keeps no Secure cookie over plain http, not even of this machine. Under another name cookies are not Secure; the
// server itself stands in for the proxy that knows the name.
const SITE = "http://keys.test";
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

const driver = findProgram(["WebKitWebDriver"]);
const screen = findProgram(["Xvfb"]);
const browserOfDriver = readdirSync("/usr/lib").flatMap(name => ["4.1", "4.0"].map(version => `/usr/lib/${name}/webkit2gtk-${version}/MiniBrowser`)).find(existsSync);
if (!driver || !screen || !browserOfDriver) throw new Error("install webkit2gtk-driver and xvfb first");

const pause = () => new Promise(done => setTimeout(done, 50));
const processes = [];
const run = (program, args) => processes.push(spawn(program, args, { env: { ...process.env, DISPLAY, WEBKIT_DISABLE_COMPOSITING_MODE: "1" }, stdio: "ignore" }));

async function ask(method, path, body) {
  const answer = await fetch(`http://127.0.0.1:${PORT}${path}`, { method, body: body === undefined ? undefined : JSON.stringify(body), signal: AbortSignal.timeout(WAIT_MS) });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}

/** Repeats until it succeeds. */
async function until(work) {
  for (const began = Date.now(); ;) {
    try {
      const result = await work();
      if (result) return result;
      if (Date.now() - began > WAIT_MS) throw new Error(`gave up waiting for ${work}`);
    } catch (error) {
      if (Date.now() - began > WAIT_MS) throw error;
    }
    await pause();
  }
}

class Browser {
  static async open(proxy) {
    const capabilities = { alwaysMatch: { proxy: { proxyType: "manual", httpProxy: proxy }, "webkitgtk:browserOptions": { binary: browserOfDriver, args: ["--automation"] } } };
    const { sessionId, capabilities: found } = await until(() => ask("POST", "/session", { capabilities }));
    return Object.assign(new Browser(), { session: `/session/${sessionId}`, name: `${found.browserName} ${found.browserVersion}` });
  }

  go(url) { return ask("POST", `${this.session}/url`, { url }) }
  run(script) { return ask("POST", `${this.session}/execute/sync`, { script, args: [] }) }
  close() { return ask("DELETE", this.session) }

  async find(selector) {
    const found = await until(() => ask("POST", `${this.session}/element`, { using: "css selector", value: selector })).catch(error => {
      throw new Error(`${selector}: ${error.message}`);
    });
    return `${this.session}/element/${found[ELEMENT]}`;
  }

  async click(selector) { await ask("POST", `${await this.find(selector)}/click`, {}) }

  async type(selector, text) {
    const element = await this.find(selector);
    await ask("POST", `${element}/clear`, {});
    await ask("POST", `${element}/value`, { text });
  }

  settled() { return until(() => this.run(`return document.querySelector('html.js[data-busy="0"]') !== null`)) }
}

const steps = [["step", "result"]];
const faults = [];
const id = testId => `[data-testid="${testId}"]`;

async function createKey(browser, address, person, setupCode) {
  const step = async (name, work) => {
    await work().catch(async error => {
      const shown = await browser.run("return location.pathname + ': ' + document.querySelector('main').innerText");
      throw new Error(`${name}: ${error.message}; the page has ${shown.slice(0, 400)}`);
    });
    steps.push([name, "done"]);
  };
  await step("register", async () => {
    await browser.go(address + PATHS.registration);
    for (const [field, text] of Object.entries({ setup_code: setupCode, organization_name: person.organization, name: person.name, email: person.email, password: person.password })) {
      await browser.type(`#${field}`, text);
    }
    await browser.click("main form .primary");
    await browser.find("[action='/sign-out']");
  });
  await step("open the dialog", async () => {
    await browser.go(address + PATHS.list);
    await browser.settled();
    await browser.click(id("create-key"));
    await browser.find(`dialog[open]${id("create-dialog")}`);
  });
  await step("create", async () => {
    await browser.type("dialog [name=name]", "From WebKit");
    await browser.click(id("submit-create"));
    await browser.find(id("reveal-dialog"));
  });
  await step("copy and confirm", async () => {
    await browser.settled();
    await browser.click(id("copy-key"));
    await browser.click(id("copied-confirmation"));
    await browser.click(id("finish-create"));
    await browser.find(`${id("api-key-row")}[data-status=active][data-key-name="From WebKit"]`);
  });
  await step("nothing is wider than the screen", async () => {
    if (await browser.run("return document.scrollingElement.scrollWidth > innerWidth")) throw new Error("the list scrolls sideways");
  });
}

const server = new Server("sqlite");
server.environment.LATCHKEY_BASE_URL = SITE;
await server.start();
try {
  run(screen, [DISPLAY, "-screen", "0", "1280x900x24", "-nolisten", "tcp"]);
  run(driver, [`--port=${PORT}`]);
  const browser = await Browser.open(new URL(server.address).host);
  steps.push([browser.name, "opened"]);
  try {
    await createKey(browser, SITE, newPerson(), /Setup code.*: (\S+)/.exec(server.log)[1]);
  } finally {
    await browser.close().catch(() => {});
  }
} catch (error) {
  faults.push(error.message);
} finally {
  for (const process of processes.toReversed()) process.kill();
  await server.stop();
  server.remove();
}
printTable(steps);
finish("webkit", `${steps.length - 1} steps`, faults);
