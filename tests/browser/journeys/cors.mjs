// A page of another site calls a service behind a proxy with a Web key, as its browser lets it.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "../support/fixtures.mjs";
import { PATHS } from "../support/portal.mjs";

const START_LIMIT_MS = 10_000;

/** Listens at any port; gives the server and its address. */
async function listen(answer) {
  const server = createServer(answer);
  await new Promise(done => server.listen(0, "127.0.0.1", done));
  return { server, address: `127.0.0.1:${server.address().port}` };
}

async function freePort() {
  const { server, address } = await listen(() => {});
  await new Promise(done => server.close(done));
  return address.split(":")[1];
}

const PROXIES = {
  nginx: {
    command: ["nginx", "-p", ".", "-c", "nginx.conf", "-e", "stderr"],
    file: "nginx.conf",
    write: (snippet, port) =>
      `daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n${
        ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(name => `${name}_temp_path ${name};\n`).join("")
      }${snippet.replace("listen 80;", `listen 127.0.0.1:${port};`)}\n}\n`,
  },
  caddy: {
    command: ["caddy", "run", "--config", "Caddyfile", "--adapter", "caddyfile"],
    file: "Caddyfile",
    write: (snippet, port) =>
      `{\nadmin off\nauto_https off\n}\n${snippet.replace("api.example.org", `http://127.0.0.1:${port}`)}\n`,
  },
};

/** Starts a proxy with the snippet as the page prints it. Gives its address and what stops it. */
async function startProxy(name, snippet, service) {
  const { command, file, write } = PROXIES[name];
  const folder = mkdtempSync(join(tmpdir(), "latchkey-proxy-"));
  const port = await freePort();
  writeFileSync(join(folder, file), write(snippet.replace("127.0.0.1:3000", service), port));
  const environment = { ...process.env, HOME: folder, PATH: `${process.env.PATH}:/usr/sbin` };
  const running = spawn(command[0], command.slice(1), { cwd: folder, env: environment, stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  running.stderr.setEncoding("utf8").on("data", text => { log += text });
  const ended = new Promise(done => running.once("close", done).once("error", error => { log += error; done() }));
  const deadline = Date.now() + START_LIMIT_MS;
  const answers = () => new Promise(done => {
    const socket = connect(port, "127.0.0.1", () => { socket.destroy(); done(true) });
    socket.once("error", () => done(false));
  });
  while (!await answers()) {
    if (Date.now() > deadline || running.exitCode !== null) throw new Error(`${name} does not listen:\n${log}`);
  }
  const stop = async () => {
    running.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: `http://127.0.0.1:${port}/orders?page=2`, stop };
}

/** What a script of the page gets: status and text, or that the browser kept it from reading the answer. */
function call(page, url, options = {}) {
  return page.evaluate(async ({ url, options }) => {
    try {
      const answer = await fetch(url, options);
      return `${answer.status} ${await answer.text()}`;
    } catch (error) {
      return error.name;
    }
  }, { url, options });
}

for (const name of Object.keys(PROXIES)) {
  test(`through ${name}, pages of trusted domains call the service and others do not`, async ({ ownerPortal: portal, browser }) => {
    const seen = [];
    const service = await listen((request, response) => {
      seen.push(`${request.method} ${request.headers["x-latchkey-role"]}`);
      response.end("at your service");
    });
    const shop = await listen((_, response) => response.setHeader("Content-Type", "text/html").end("<title>Shop</title>"));
    const stranger = await listen((_, response) => response.setHeader("Content-Type", "text/html").end("<title>Stranger</title>"));
    await portal.goToList();
    await portal.openCreate();
    await portal.page.getByRole("radio", { name: /^Web/ }).check();
    await portal.field("Trusted domains").fill(shop.address);
    await portal.fillCreate({ name: "Shop" });
    await portal.id("submit-create").click();
    await expect(portal.revealDialog).toBeVisible();
    await portal.settled();
    const token = await portal.token.inputValue();
    await portal.finish("Shop");
    await portal.go(PATHS.verification);
    const proxy = await startProxy(name, await portal.id(`snippet-${name}`).textContent(), service.address);
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(`http://${shop.address}/`);
      const key = { "X-API-Key": token };
      const json = { ...key, "Content-Type": "application/json" };
      expect(await call(page, proxy.url, { headers: key })).toBe("200 at your service");
      expect(await call(page, proxy.url, { headers: { Authorization: `Bearer ${token}` } })).toBe("200 at your service");
      expect(await call(page, proxy.url, { method: "PUT", headers: json, body: "{}" })).toBe("200 at your service");
      expect(seen).toEqual(["GET owner", "GET owner", "PUT owner"]);
      expect(await call(page, proxy.url, { headers: { "X-API-Key": "garbage" } })).toMatch(/^401/);

      await page.goto(`http://${stranger.address}/`);
      for (const options of [{ headers: key }, { method: "PUT", headers: json, body: "{}" }, {}]) {
        expect(await call(page, proxy.url, options)).toBe("TypeError");
      }
      expect(seen).toHaveLength(3);
    } finally {
      await context.close();
      await proxy.stop();
      for (const { server } of [service, shop, stranger]) server.close();
    }
  });
}
