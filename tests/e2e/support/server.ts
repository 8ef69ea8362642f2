/** Servers of the tests: the demo that all share, and one that a test may kill. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Demo } from "./demo";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../..");
const TIME_LIMIT_MS = 180_000;

function start(args: string[]): ChildProcess {
  const binary = process.env.GUIYAN_BIN ?? join(root, "target/release/guiyan");
  if (!existsSync(binary))
    throw new Error(`no server at ${binary}: build it, or set GUIYAN_BIN`);
  return spawn(binary, args, {
    stdio: [
      "ignore",
      "pipe",
      process.env.E2E_SERVER_LOG ? "inherit" : "ignore",
    ],
  });
}

/** Starts `guiyan demo`; its first line says where it is and who may sign in. */
export async function startDemo(
  ...args: string[]
): Promise<{ server: ChildProcess; line: string }> {
  const server = start(["demo", "--json", "--listen", "127.0.0.1:0", ...args]);
  const line = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error("the demo server said nothing")),
      TIME_LIMIT_MS,
    );
    server.once("exit", (code) =>
      reject(new Error(`the demo server ended with ${code}`)),
    );
    if (server.stdout)
      createInterface({ input: server.stdout }).once("line", (first) => {
        clearTimeout(timer);
        resolve(first);
      });
  });
  return { server, line };
}

export async function end(
  server: ChildProcess,
  signal: NodeJS.Signals,
): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once("exit", resolve));
  server.kill(signal);
  await ended;
}

/** What a demo's first line says. */
export function readDemo(text: string): Demo {
  const line = JSON.parse(text) as Omit<Demo, "login">;
  return {
    ...line,
    login(who) {
      const found = line.logins.find(
        ({ role, username }) => role === who || username === who,
      );
      if (!found) throw new Error(`the demo has no login of ${who}`);
      return found;
    },
  };
}

/** A server with a data folder of its own, which outlives it. */
export class OwnServer {
  private constructor(
    readonly demo: Demo,
    private readonly folder: string,
    private server: ChildProcess,
  ) {}

  static async start(folder: string): Promise<OwnServer> {
    const { server, line } = await startDemo("--data-dir", folder);
    return new OwnServer(readDemo(line), folder, server);
  }

  /** As if the power went: nothing is finished, nothing is told. */
  kill(): Promise<void> {
    return end(this.server, "SIGKILL");
  }

  /** The same data at the same address again. */
  async startAgain(): Promise<void> {
    const { url } = this.demo;
    const { host } = new URL(url);
    this.server = start(["serve", "--listen", host, "--data-dir", this.folder]);
    const ready = () =>
      fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    for (let tries = 0; !(await ready()); tries++) {
      if (tries > 100) throw new Error("the server did not come back");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  stop(): Promise<void> {
    return end(this.server, "SIGTERM");
  }
}
