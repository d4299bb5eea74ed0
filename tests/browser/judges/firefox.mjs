#!/usr/bin/env node
// Runs the journeys of the main job in Firefox, with scripts: node tests/browser/judges/firefox.mjs [ARGUMENT…]
// Any Firefox of Debian or Mozilla will do (FIREFOX says where it is): Playwright drives it by WebDriver BiDi, not by the
// patched Firefox that Playwright brings. Arguments go to playwright test in place of the journeys below.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "../support/chromium.mjs";
import { judges, runPlaywright } from "./support/packages.mjs";
import { finish, printTable } from "./support/report.mjs";

/** Creating, copying, confirming, finding, changing and deleting keys. */
const MAIN_JOB = ["creation", "reveal", "deletion", "bulk", "listing", "searching", "rows", "editing", "keyboard", "details", "session"];

const FIREFOX = process.env.FIREFOX ?? findProgram(["firefox-esr", "firefox"]);
if (FIREFOX === undefined) throw new Error("found no Firefox: install firefox-esr, or say where it is with FIREFOX=…");
const folder = mkdtempSync(join(tmpdir(), "latchkey-firefox-"));
const report = join(folder, "report.json");
try {
  const args = process.argv.slice(2);
  const preload = `${process.env.NODE_OPTIONS ?? ""} --require ${join(judges, "support/firefox_media.cjs")}`;
  runPlaywright("firefox.config.mjs", args.length > 0 ? args : MAIN_JOB.map(name => `journeys/${name}.mjs`),
    { FIREFOX, JUDGE_REPORT: report, NODE_OPTIONS: preload });
  const { suites } = JSON.parse(readFileSync(report, "utf8"));
  const specs = suite => [...suite.specs ?? [], ...(suite.suites ?? []).flatMap(specs)];
  const rows = suites.map(suite => ({ file: suite.file, tests: specs(suite).flatMap(spec => spec.tests.map(test => ({ title: spec.title, ...test }))) }));
  const count = (tests, status) => tests.filter(test => test.status === status).length;
  printTable([["journeys", "passed", "failed"], ...rows.map(({ file, tests }) => [file, count(tests, "expected"), count(tests, "unexpected")])]);
  const all = rows.flatMap(({ file, tests }) => tests.map(test => ({ file, ...test })));
  const faults = all.filter(test => test.status === "unexpected").map(test => `${test.file}: ${test.title}`);
  finish("firefox", `${all.length} journeys`, faults);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
