/** What every browser test starts from: the demo server's address and logins, and a look for accessibility. */
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";
import { readDemo } from "./server";

export interface Login {
  role: string;
  username: string;
  password: string;
  unit_id: string;
}

export interface Demo {
  url: string;
  logins: Login[];
  event_id: string;
  /** The first login with this role or user name. */
  login(who: string): Login;
}

export const test = base.extend<{ demo: Demo }>({
  // eslint-disable-next-line no-empty-pattern
  demo: async ({}, use) => {
    await use(readDemo(process.env.GUIYAN_DEMO ?? "{}"));
  },
  baseURL: async ({ demo }, use) => use(demo.url),
});

export { expect };

/** No finding of axe is acceptable, in either theme. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`,
    );
    expect(found, `${page.url()} ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: "light" });
}

/** Nothing may need sideways scrolling, from the smallest phone on. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  // A screen that was just turned or resized is laid out a moment later.
  await expect
    .poll(
      () =>
        page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      { message: `${page.url()} is wider than its screen` },
    )
    .toBeLessThanOrEqual(0);
}

/** Whoever goes through a screen by Tab sees where they are: nothing that has the focus hides behind the bar. */
export async function expectFocusInSight(page: Page): Promise<void> {
  for (let stop = 0; stop < 30; stop++) {
    await page.keyboard.press("Tab");
    const hidden = await page.evaluate(() => {
      const focused = document.activeElement;
      const bar = document.querySelector("nav");
      if (!focused || !bar || focused.contains(bar)) return null;
      if (bar.contains(focused)) return null;
      if (getComputedStyle(bar).position !== "fixed") return null;
      const below = focused.getBoundingClientRect().bottom;
      return below > bar.getBoundingClientRect().top + 1
        ? focused.outerHTML
        : null;
    });
    expect(hidden, `${page.url()}, stop ${stop}`).toBeNull();
  }
}
