// Fails a test if a page logs to the console, breaks the content security policy, throws, requests another origin or
// gets a 5xx.

/** What Chromium and Firefox log about a server that does not answer. */
export const LOST = /net::ERR_(FAILED|INTERNET_DISCONNECTED)|Failed to fetch|NetworkError when attempting to fetch/;

export class Watch {
  #faults = [];
  #allowed = new Set();
  #allowedTexts = [];

  constructor(context, origin) {
    context.on("console", message => {
      const status = /^Failed to load resource: the server responded with a status of (\d+)/.exec(message.text())?.[1];
      if (status && this.#allowed.has(Number(status))) return;
      if (this.#allowedTexts.some(text => text.test(message.text()))) return;
      // Chromium reports that it did what the answer to signing out requested.
      if (message.type() === "info" && /^Clear-Site-Data header on '[^']*\/sign-out': Cleared data types/.test(message.text())) return;
      // Logged when a script, or a test, was quicker than the page with the focus.
      if (message.type() === "info" && /^Autofocus processing was blocked because a document already has a focused element/.test(message.text())) return;
      this.#faults.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    });
    context.on("weberror", error => this.#faults.push(`page error: ${error.error().stack ?? error.error()}`));
    context.on("request", request => {
      if (new URL(request.url()).origin !== origin) this.#faults.push(`request to another origin: ${request.url()}`);
    });
    context.on("response", response => {
      if (response.status() >= 500) this.#faults.push(`${response.status()} from ${response.url()}`);
    });
  }

  /** This test means to be answered with these statuses, of which the browser tells the console. */
  allow(...statuses) {
    for (const status of statuses) this.#allowed.add(status);
  }

  allowText(pattern) {
    this.#allowedTexts.push(pattern);
  }

  /** What was seen so far, and forgets it. */
  take() {
    return this.#faults.splice(0);
  }
}
