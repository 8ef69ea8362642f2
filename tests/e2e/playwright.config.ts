/** Run from pwa/: `npm run e2e`. Real Chromium against the real server, one demo server for the whole run. */
import { defineConfig, devices } from "@playwright/test";

const chromium = {
  executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
  ],
};

export default defineConfig({
  testDir: ".",
  outputDir: "../../pwa/test-results",
  globalSetup: "./support/global-setup.ts",
  // Two cores, one server: more workers only make each test slower.
  workers: Number(process.env.E2E_WORKERS ?? 1),
  timeout: 120_000,
  expect: { timeout: 15_000 },
  // A loaded CI machine may be slow once; Playwright names such a test "flaky" in its summary.
  retries: process.env.CI ? 1 : 0,
  reporter: [["list"]],
  use: {
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    launchOptions: chromium,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
  },
  projects: [
    {
      name: "phone",
      grepInvert: /@desktop/,
      use: {
        ...devices["Pixel 7"],
        defaultBrowserType: "chromium",
        viewport: { width: 390, height: 844 },
        deviceScaleFactor: 2,
      },
    },
    {
      name: "desktop",
      grepInvert: /@phone/,
      use: { viewport: { width: 1440, height: 900 } },
    },
  ],
});
