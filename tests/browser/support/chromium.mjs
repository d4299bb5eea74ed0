import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

// The same browser without windows, which Debian packages separately. Journeys take two thirds of the time in it, but
// it does not keep pages for Back and Forward.
const WITHOUT_WINDOWS = "chromium-headless-shell";
const USUAL = ["chromium", "chromium-browser", "google-chrome"];

/** Where the first of these programs is in PATH. */
export function findProgram(names) {
  for (const name of names) {
    for (const folder of process.env.PATH.split(delimiter)) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here.
      }
    }
  }
  return undefined;
}

/** The browser of this machine: $CHROMIUM, or the first of these names in PATH. */
export function findChromium(names = [WITHOUT_WINDOWS, ...USUAL]) {
  const path = process.env.CHROMIUM ?? findProgram(names);
  if (path === undefined) throw new Error("found no Chromium: install it, or say where it is with CHROMIUM=…");
  return path;
}

/** `keepsPages`: for journeys by Back and Forward. */
export function launchOptions({ keepsPages = false } = {}) {
  return {
    executablePath: findChromium(keepsPages ? USUAL : undefined),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
    // Without this, the browser keeps no pages, and pressing Back would prove little.
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  };
}
