#!/usr/bin/env node
// Judges every page in every state, theme, width and language, with JavaScript and without:
//   node tests/browser/judges/pages.mjs [ARGUMENT…]
// axe with its best practices (with JavaScript), the W3C's checker of markup (vnu, needs Java), labels and ids, sizes of targets, and what
// is wider than the screen. Routes come from tests/it/web/access.txt: a page that no state visits is a fault.
// Arguments go to playwright test: --project en, -g "the list". Then routes are not compared.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPackages, judges, runPlaywright } from "./support/packages.mjs";
import { finish, printTable } from "./support/report.mjs";

/** Answers that are files, and redirects for addresses that other sites know. */
const NO_PAGES = ["/settings/developers/api-keys/export.csv", "/settings/developers/api-keys/export.json",
  "/settings/audit-log/export.csv", "/settings/audit-log/export.json", "/settings/audit-log/actors",
  "/settings/policy/export.toml", "/.well-known/change-password", "/settings/developers/api-keys/owners"];

const folder = mkdtempSync(join(tmpdir(), "latchkey-judge-"));
const lines = name => existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8").trim().split("\n").filter(Boolean) : [];
const faults = [];

/** The errors that vnu finds in the saved pages, by file. */
function checkMarkup(jar) {
  const files = readdirSync(folder).filter(name => name.endsWith(".html"));
  const { stderr, error } = spawnSync("java", ["-jar", jar, "--format", "json", "--errors-only", "--exit-zero-always", ...files],
    { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 });
  if (error) throw new Error(`vnu needs Java (Debian: default-jre-headless): ${error.message}`);
  return { count: files.length, messages: JSON.parse(stderr).messages };
}

/** The routes of pages that no state visited. */
function forgottenRoutes() {
  const visited = lines("paths.txt").map(line => line.split(" ")).filter(([method, status]) => method === "GET" && status !== "303");
  const table = readFileSync(join(judges, "../../it/web/access.txt"), "utf8").split("\n").slice(1);
  const routes = [...new Set(table.filter(line => line.startsWith("GET ")).map(line => line.split(" ")[1]))];
  return routes.filter(route => {
    const pattern = new RegExp(`^${route.replace(/[.]/g, "\\.").replace(/\{[^}]*\}/g, "[^/]+")}$`);
    return !NO_PAGES.includes(route) && !visited.some(([, , path]) => pattern.test(path));
  });
}

try {
  installPackages();
  const args = process.argv.slice(2);
  const status = runPlaywright("pages.config.mjs", args, { JUDGE_FOLDER: folder });
  if (status !== 0) faults.push("some states could not be reached: see above");

  const places = new Map(lines("pages.jsonl").map(line => JSON.parse(line)).map(({ name, where }) => [name, where]));
  const { count, messages } = checkMarkup(join(judges, "node_modules/vnu-jar/build/dist/vnu.jar"));
  const all = lines("faults.jsonl").map(line => JSON.parse(line));
  for (const { url, message, extract = "" } of messages) {
    all.push({ kind: "vnu", where: places.get(/(\w+)\.html/.exec(url)[1]), text: `${message} ${extract.replace(/\s+/g, " ").slice(0, 100)}` });
  }
  if (args.length === 0) for (const route of forgottenRoutes()) all.push({ kind: "routes", where: "states.mjs", text: `no state visits ${route}` });

  // The same fault in many states is one line.
  const groups = all.reduce((groups, fault) => {
    const key = `${fault.kind}: ${fault.text}`;
    return groups.set(key, [...(groups.get(key) ?? []), fault]);
  }, new Map());
  for (const [key, group] of groups) faults.push(`${key} — ${group.length} times, first in ${group[0].where}`);
  const kinds = [...new Set(all.map(({ kind }) => kind))].toSorted();
  printTable([["judge", "faults"], ...kinds.map(kind => [kind, all.filter(fault => fault.kind === kind).length]), ["all", all.length]]);
  finish("pages", `${count} pages in ${lines("pages.jsonl").length} states`, faults);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
