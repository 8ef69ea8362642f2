import {
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  test,
} from "./support/demo";

test("language, text size and appearance are chosen and kept", async ({
  page,
}) => {
  await page.goto("/settings");
  await expect(page.getByRole("heading", { name: "设置" })).toBeVisible();
  await expectAccessible(page);

  await page.getByText("English").click();
  await page.getByText("Larger").click();
  await page.getByText("Dark").click();
  await page.reload();
  await expect(page.getByRole("heading", { name: "Settings" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.getByRole("radio", { name: "Larger" })).toBeChecked();
  await expectAccessible(page);

  await page.setViewportSize({ width: 360, height: 640 });
  await expectNoSidewaysScroll(page);
});
