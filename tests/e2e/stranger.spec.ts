import {
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  test,
} from "./support/demo";

const SIZES = [
  { width: 360, height: 640 },
  { width: 390, height: 844 },
  { width: 1440, height: 900 },
];

for (const path of [
  "/welcome",
  "/a",
  "/a#cut",
  "/e#1",
  "/v#1",
  "/b#1",
  "/scan",
  "/nowhere",
]) {
  test(`${path} serves whoever comes by`, async ({ page }) => {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await expectNoSidewaysScroll(page);
    }
    await expectAccessible(page);
  });
}

test("a first visit leads to the welcome", async ({ page }) => {
  await page.goto("/");
  await expect(page).toHaveURL(/\/welcome$/);
  await expect(page.getByText("我是党员")).toBeVisible();
});

test("screens of members are closed to a phone that is not bound", async ({
  page,
}) => {
  await page.goto("/card");
  await expect(page).toHaveURL(/\/welcome$/);
});

test("the application is installable and obeys its own policy", async ({
  page,
  request,
}) => {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  const answer = await page.goto("/welcome");
  expect(answer?.headers()["content-security-policy"]).toContain(
    "default-src 'self'",
  );
  await page.waitForLoadState("networkidle");
  expect(complaints).toEqual([]);

  const manifest = (await (
    await request.get("/manifest.webmanifest")
  ).json()) as { icons: { src: string }[] };
  for (const { src } of manifest.icons)
    expect((await request.get(src)).ok()).toBe(true);
});
