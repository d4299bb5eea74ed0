// Data with the first person in it, made once per worker and copied for each test. Registration hashes a password,
// which takes longer than most journeys; journeys/registration.mjs tests the form itself.
import { Portal, newPerson } from "./portal.mjs";
import { Server } from "./server.mjs";
import { Watch } from "./watch.mjs";

export class Prepared {
  owner = newPerson();
  #server;
  #cookies;

  constructor(database) {
    this.#server = new Server(database);
  }

  /** Registers the owner on the page, and keeps what server and browser know then. */
  async make(browser) {
    await this.#server.start();
    const context = await browser.newContext({ baseURL: this.#server.address });
    const watch = new Watch(context, this.#server.address);
    // The browser may have no scripts at all. This form needs none.
    await new Portal(await context.newPage(), { javaScript: false, server: this.#server, watch }).register(this.owner);
    this.#cookies = await context.cookies();
    await context.close();
    await this.#server.stop();
    return this;
  }

  /** A server, not yet started, on a copy of the data. */
  copy() {
    return new Server(this.#server.database, this.#server);
  }

  /** From now on this browser is the one in which the owner registered. */
  async signIn(context) {
    await context.addCookies(this.#cookies);
  }

  remove() {
    this.#server.remove();
  }
}
