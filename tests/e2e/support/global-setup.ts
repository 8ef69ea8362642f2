/** Starts `guiyan demo` once, on a free port, and hands its first line to every test through the environment. */
import { end, startDemo } from "./server";

export default async function setUp(): Promise<() => Promise<void>> {
  const { server, line } = await startDemo();
  process.env.GUIYAN_DEMO = line;
  return () => end(server, "SIGTERM");
}
