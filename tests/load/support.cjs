// Shared by the load scripts: starting what is measured, sending requests, reporting results.
"use strict";
const { execFile, execFileSync, spawn, spawnSync } = require("node:child_process");
const { existsSync, mkdirSync, openSync, readFileSync } = require("node:fs");
const { Agent, request } = require("node:http");
const { createServer } = require("node:net");
const { cpus } = require("node:os");
const { join, resolve } = require("node:path");
const { promisify } = require("node:util");

const root = resolve(__dirname, "../..");
// Figures are valid for the released build. Cargo puts the files of its profile `dev` into the folder `debug`.
const profile = process.env.LATCHKEY_PROFILE ?? "dist";
const target = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), profile);
const binary = process.env.LATCHKEY_BINARY ?? join(target, "latchkey");

/** Builds what is not there yet: the server, and examples by name. Gives the paths of the examples. */
function build(...examples) {
  const paths = examples.map(name => join(target, "examples", name));
  if (![binary, ...paths].every(existsSync)) {
    console.log(`Building with the profile ${profile} …`);
    const named = profile === "debug" ? "dev" : profile;
    const wanted = ["--bin", "latchkey", ...examples.flatMap(name => ["--example", name])];
    const command = ["build", "--profile", named, ...wanted];
    execFileSync(process.env.CARGO ?? "cargo", command, { cwd: root, stdio: "inherit" });
  }
  return paths;
}

let missed = 0;

/** `aim` is the most that the value should be, or { most, least, better } where missing `better` is no failure. */
function tell(what, value, unit, aim = {}, note = "") {
  const { most, least, better } = typeof aim === "number" ? { most: aim } : aim;
  const digits = unit === "×" ? 2 : 1;
  const text = `${unit === "" ? value : value.toFixed(digits)} ${unit}`.trim();
  const verdicts = [];
  const judge = (sign, bound) => {
    const reached = sign === "≤" ? value <= bound : value >= bound;
    if (!reached) missed++;
    verdicts.push(`aim ${sign} ${bound}: ${reached ? "reached" : "MISSED"}`);
  };
  if (most !== undefined) judge("≤", most);
  if (least !== undefined) judge("≥", least);
  if (better !== undefined) {
    const reached = most === undefined ? value >= better : value <= better;
    verdicts.push(`${most === undefined ? "≥" : "≤"} ${better} ${reached ? "too" : "not yet"}`);
  }
  console.log(`${what.padEnd(60)} ${text.padStart(12)}   ${note.padEnd(note && 16)} ${verdicts.join(", ")}`.trimEnd());
}

const hasMissed = () => missed > 0;

const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function freePort() {
  return new Promise(found => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => found(port));
    });
  });
}

/** One request; null when nobody listens. */
function get(url, { headers = {}, agent, method = "GET", body } = {}) {
  return new Promise(done => {
    const sent = request(url, { headers, agent, method }, answer => {
      const parts = [];
      answer.on("data", part => parts.push(part));
      answer.on("end", () => done({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts).toString("utf8") }));
    });
    sent.on("error", () => done(null));
    sent.end(body);
  });
}

const environment = (folder, port) => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  LATCHKEY_BIND: `127.0.0.1:${port}`,
  LATCHKEY_DATA_DIR: folder,
  LATCHKEY_DRAIN_SECONDS: "0",
});

const running = new Set();
// However this ends, nothing is left running.
process.on("exit", () => running.forEach(child => child.kill("SIGKILL")));
for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]]) process.on(signal, () => process.exit(code));

/** Starts a server and asks it for a page until it answers 200. `log` names a file that takes its standard error. */
async function startProgram(program, parameters, env, port, page, { question, log, seconds = 20 } = {}) {
  const address = `http://127.0.0.1:${port}`;
  const standardError = log === undefined ? "ignore" : openSync(log, "a");
  const began = process.hrtime.bigint();
  const server = spawn(program, parameters, { env, stdio: ["ignore", "ignore", standardError] });
  running.add(server);
  let code;
  const ended = new Promise(done => {
    server.once("error", error => { code = error; done() });
    server.once("exit", (...end) => { code ??= end; running.delete(server); done() });
  });
  for (;;) {
    if (code !== undefined) throw new Error(`${program} ended with ${code}`);
    const answer = await get(address + page, { ...question, agent: new Agent({ keepAlive: false }) });
    if (answer?.status === 200) break;
    if (Number(process.hrtime.bigint() - began) > seconds * 1e9) throw new Error(`${page} is answered with ${answer?.status}`);
    await new Promise(done => setTimeout(done, 1));
  }
  const milliseconds = Number(process.hrtime.bigint() - began) / 1e6;
  const stop = async () => {
    server.kill("SIGTERM");
    await ended;
  };
  return { address, milliseconds, pid: server.pid, stop };
}

/** Starts Latchkey. */
async function start(folder, page, { env = {}, ...rest } = {}) {
  const port = await freePort();
  return startProgram(binary, ["serve"], { ...environment(folder, port), ...env }, port, page, rest);
}

function residentMiB(pid, line = "VmRSS") {
  return Number(new RegExp(`${line}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
}

// --- Verification -----------------------------------------------------------------------------------------------------

/** Ends with advice when a program is missing. */
function need(program, debianPackage) {
  const { error } = spawnSync(program, ["--version"]);
  if (error) throw new Error(`${program} is missing: install it, on Debian with apt-get install ${debianPackage}`);
}

const question = token => ({ method: "POST", headers: { "X-API-Key": token } });

/** A database with that many keys, as `more` parameters say. Gives its folder, the variables that lead to it, and tokens. */
function seed(program, base, keys, more = [], count = keys) {
  const folder = join(base, `${keys}-keys`);
  mkdirSync(folder, { mode: 0o700 });
  const env = {};
  let [drop, settle] = [() => {}, () => {}];
  const postgres = process.env.LATCHKEY_TEST_POSTGRES;
  if (postgres) {
    const name = `latchkey_load_${process.pid}_${keys}`;
    const psql = sql => execFileSync("psql", [postgres, "--quiet", "--no-psqlrc", "--command", sql]);
    psql(`CREATE DATABASE ${name}`);
    // Work that the server does by itself after so many changes.
    settle = () => execFileSync("psql", [env.LATCHKEY_DATABASE_URL, "--quiet", "--no-psqlrc", "--command", "VACUUM ANALYZE"]);
    drop = () => psql(`DROP DATABASE ${name} WITH (FORCE)`);
    env.LATCHKEY_DATABASE_URL = Object.assign(new URL(postgres), { pathname: `/${name}` }).href;
  }
  const file = join(base, `${keys}-tokens`);
  const began = Date.now();
  execFileSync(program, ["--keys", String(keys), "--tokens", file, "--tokens-count", String(count), ...more], {
    env: { ...environment(folder, 0), ...env }, stdio: ["ignore", "ignore", "inherit"],
  });
  return { folder, env, drop, settle, file, tokens: readFileSync(file, "utf8").trim().split("\n"), seconds: (Date.now() - began) / 1000 };
}

/** Permissions of the key of that number, asked for in a `way` of present.lua: all 20 that tests/load/rich.rs chooses, or fewer. */
function askFor(number, way, count = 20) {
  const verbs = ["read", "list", "create", "update", "delete", "export", "import", "approve", "archive", "share"];
  const name = permission => `resource-${Math.floor(permission / verbs.length)}:${verbs[permission % verbs.length]}`;
  const names = Array.from({ length: count }, (_, step) => name(number % 25 + step * 25));
  return way === "body" ? `, "permissions": ${JSON.stringify(names)}` : `?${names.map(name => `permission=${name}`).join("&")}`;
}

/** Starts Latchkey on such a database, its log in a file. */
async function serve(stored) {
  const log = join(stored.folder, "log");
  const server = await start(stored.folder, "/v1/verify", { env: stored.env, question: question(stored.tokens[0]), log });
  return { ...server, log, ...stored };
}

/**
 * Presents the tokens of a file as fast as they are answered, in a `way` that present.lua knows. wrk shares the cores with
 * the server. As a batch process (sched(7)) it does not interrupt the server for each answer, which the slower of two
 * servers would pay for more often.
 */
async function wrk({ address }, file, way, connections, seconds) {
  const size = ["--threads", String(Math.min(2, cpus().length, connections)), "--connections", String(connections), "--duration", `${seconds}s`];
  const { stdout } = await promisify(execFile)("chrt", ["--batch", "0", "wrk", ...size, "--script", join(__dirname, "present.lua"), address, "--", file, way]);
  return JSON.parse(/^measured (.*)$/m.exec(stdout)[1]);
}

module.exports = {
  askFor, binary, build, environment, freePort, get, hasMissed, median, need, question, residentMiB, root, seed, serve, start, startProgram,
  tell, wrk,
};
