// The example in docs/testing.md, run exactly as it is printed there.
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "@playwright/test";
import { findChromium } from "../support/chromium.mjs";
import { Server } from "../support/server.mjs";

const DOCUMENT = fileURLToPath(new URL("../../../docs/testing.md", import.meta.url));

test("the example of docs/testing.md runs against the demo", async ({}, info) => {
  const [, script] = /```js\n([^]*?)\n```/.exec(readFileSync(DOCUMENT, "utf8"));
  // Below this folder, so that the script finds the packages.
  const path = info.outputPath("first_key.mjs");
  writeFileSync(path, script);
  const server = new Server("sqlite");
  try {
    await server.start(["serve", "--demo"]);
    const environment = { ...process.env, BASE_URL: server.address, CHROMIUM: findChromium() };
    const { stdout } = await promisify(execFile)(process.execPath, [path], { env: environment });
    expect(stdout).toBe("ok\n");
  } finally {
    await server.stop();
    server.remove();
  }
});
