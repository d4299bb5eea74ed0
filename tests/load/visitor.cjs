// A browser without JavaScript: keeps cookies and sends forms with their token.
"use strict";
const { Agent } = require("node:http");
const { get } = require("./support.cjs");

class Visitor {
  /** `from` is the address of this machine to ask from, 127.x.y.z, which the server takes for another client. */
  constructor(address, from = "127.0.0.1") {
    this.address = address;
    this.agent = new Agent({ keepAlive: true, maxSockets: 1, localAddress: from });
    this.cookies = new Map();
  }

  async ask(path, options = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await get(this.address + path, { agent: this.agent, ...options, headers: { Cookie: cookie, ...options.headers } });
    if (!answer) throw new Error(`${path} was not answered`);
    for (const line of answer.headers["set-cookie"] ?? []) this.cookies.set(...line.split(";")[0].split(/=(.*)/s));
    this.csrf = /name="csrf" value="([^"]+)"/.exec(answer.body)?.[1] ?? this.csrf;
    return answer;
  }

  post(path, fields) {
    return this.ask(path, {
      method: "POST",
      body: new URLSearchParams({ csrf: this.csrf, ...fields }).toString(),
      headers: { "Content-Type": "application/x-www-form-urlencoded", Origin: this.address },
    });
  }

  /** Opens the page of a form and sends it. */
  async fill(path, fields) {
    if (!this.csrf) await this.ask(path);
    return this.post(path, fields);
  }

  leave() {
    this.agent.destroy();
  }
}

module.exports = { Visitor };
