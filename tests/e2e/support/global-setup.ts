/** Starts `guiyan demo` once, on a free port, and hands its first line to every test through the environment. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../..");
const TIME_LIMIT_MS = 60_000;

export default async function startDemo(): Promise<() => Promise<void>> {
  const binary = process.env.GUIYAN_BIN ?? join(root, "target/release/guiyan");
  if (!existsSync(binary))
    throw new Error(`no server at ${binary}: build it, or set GUIYAN_BIN`);

  const server = spawn(binary, ["demo", "--json", "--listen", "127.0.0.1:0"], {
    stdio: [
      "ignore",
      "pipe",
      process.env.E2E_SERVER_LOG ? "inherit" : "ignore",
    ],
  });
  const lines = createInterface({ input: server.stdout });
  process.env.GUIYAN_DEMO = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error("the demo server said nothing")),
      TIME_LIMIT_MS,
    );
    server.once("exit", (code) =>
      reject(new Error(`the demo server ended with ${code}`)),
    );
    lines.once("line", (line) => {
      clearTimeout(timer);
      resolve(line);
    });
  });
  return async () => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
  };
}
