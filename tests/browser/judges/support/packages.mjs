// The packages of the judges, which tests/run does not need: installed when the first judge needs them.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const judges = resolve(dirname(fileURLToPath(import.meta.url)), "..");

export function installPackages() {
  if (existsSync(join(judges, "node_modules/.package-lock.json"))) return;
  const { status } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: judges, stdio: "inherit" });
  if (status !== 0) throw new Error("npm could not install the packages of the judges");
}

/** Runs Playwright with one of the judges' configurations. Gives its exit code. */
export function runPlaywright(config, args, environment = {}) {
  const playwright = join(judges, "../node_modules/.bin/playwright");
  const options = { cwd: join(judges, ".."), stdio: "inherit", env: { ...process.env, ...environment } };
  return spawnSync(playwright, ["test", "--config", join(judges, "support", config), ...args], options).status;
}
