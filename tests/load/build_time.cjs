// Measures the first build of Latchkey: `cargo build --release` in an empty folder.
"use strict";
const { spawnSync } = require("node:child_process");
const { copyFileSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { root, tell } = require("./support.cjs");

const cargo = process.env.CARGO ?? "cargo";
/** The most seconds that a clean build may take on two quiet cores. Machines differ, and the ratio counts. */
const SECONDS = 300;
const RATIO = 4;

/** Runs cargo and returns the seconds that pass and those of all processors. */
function run(folder, target, ...command) {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@"';
  const { status, stderr } = spawnSync("bash", ["-c", script, "bash", cargo, ...command], {
    cwd: folder, encoding: "utf8", env: { ...process.env, CARGO_TARGET_DIR: target, LC_ALL: "C" },
  });
  if (status !== 0) throw new Error(`cargo ${command.join(" ")} failed:\n${stderr}`);
  const [real, user, system] = stderr.trim().split("\n").at(-1).split(" ").map(Number);
  return { real, processor: user + system };
}

/** Writes a project with nothing but tests/load/hello.rs, with Latchkey's version, features and profile of actix-web. */
function writeHello(folder) {
  const manifest = readFileSync(join(root, "Cargo.toml"), "utf8");
  const dependency = /^actix-web = .*$/m.exec(manifest)[0];
  const profile = /^\[profile\.release\]\n(?:[^[\n].*\n)*/m.exec(manifest)[0];
  const target = `[[bin]]\nname = "hello"\npath = ${JSON.stringify(join(root, "tests/load/hello.rs"))}\n`;
  mkdirSync(folder);
  const head = '[package]\nname = "hello"\nversion = "0.0.0"\nedition = "2024"\n';
  writeFileSync(join(folder, "Cargo.toml"), `${head}\n[dependencies]\n${dependency}\n\n${target}\n${profile}`);
  copyFileSync(join(root, "Cargo.lock"), join(folder, "Cargo.lock"));
}

/** Builds both in `base` and tells how long each takes. The crates are downloaded before. */
function measureBuild(base) {
  const hello = join(base, "hello");
  writeHello(hello);
  run(root, join(base, "none"), "fetch", "--locked");
  const bare = run(hello, join(base, "hello-target"), "build", "--release", "--offline", "--quiet");
  const whole = run(root, join(base, "latchkey-target"), "build", "--release", "--locked", "--quiet");
  tell("clean build of the profile release", whole.real, "s", {}, `on two quiet cores, the aim is ≤ ${SECONDS}`);
  tell("  the same, in seconds of all processors", whole.processor, "s");
  tell("clean build of a bare actix-web hello", bare.real, "s");
  tell("  the same, in seconds of all processors", bare.processor, "s");
  tell("ratio of both builds", whole.processor / bare.processor, "×", RATIO);
}

module.exports = { measureBuild };
