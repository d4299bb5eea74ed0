import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The browser of this machine: $CHROMIUM, or the first of the usual names in PATH. */
export function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
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
  throw new Error("found no Chromium: install it, or say where it is with CHROMIUM=…");
}

export function launchOptions() {
  return {
    executablePath: findChromium(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
    // Without this a page is never brought back from memory, and pressing Back would prove little.
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  };
}
