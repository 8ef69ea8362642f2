import { readFile } from "node:fs/promises";
import {
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  test,
} from "./support/demo";
import { bind, Branch } from "./support/member";
import { beside, signIn } from "./support/officer";

test("a department takes the year-end table for a purpose, and a member in it reads that", async ({
  page,
  browser,
  request,
  demo,
}) => {
  const branch = await Branch.signIn(request, demo);
  const person = await branch.someone();

  await signIn(page, demo, "department_officer");
  await page.goto("/registrations");
  await page.getByRole("button", { name: "导出" }).click();
  const dialog = page.getByRole("dialog", { name: "导出表格" });
  await dialog.getByLabel("导出内容").selectOption("流动党员统计表（含名单）");
  await dialog.getByRole("button", { name: "下载表格" }).click();
  await expect(dialog.getByText("请写明用途")).toBeVisible();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);

  await dialog.getByRole("button", { name: "年终统计" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    dialog.getByRole("button", { name: "下载表格" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(
    /^流动党员统计表_.+_\d{4}-\d\d-\d\d\.xlsx$/,
  );
  const file = await readFile(await download.path());
  expect(file.subarray(0, 2).toString()).toBe("PK");
  await expect(dialog).toBeHidden();
  await expect(page.getByText("已下载：流动党员统计表")).toBeVisible();

  const phone = await beside(browser, demo, 390, 844);
  await bind(phone, await branch.activation(person.card.number));
  await phone.goto("/access-log");
  await expect(
    phone.getByText("导出流动党员统计表，名单中有您").first(),
  ).toBeVisible();
  await expect(phone.getByText("事由：年终统计").first()).toBeVisible();
});
