/** A secretary brings the branch's list along: checked, mended, registered. */
import {
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  test,
} from "./support/demo";
import { aHomeBranch, signIn, someoneNew } from "./support/officer";

test("a list is checked, its columns are named, and it is registered", async ({
  page,
  request,
  demo,
}) => {
  test.setTimeout(180_000);
  const home = await aHomeBranch(request, demo);
  const people = [someoneNew(), someoneNew(), someoneNew()];
  const list = (phones: string[]) =>
    Buffer.from(
      [
        "流动党员名册",
        "序号,姓名,身份证号码,号码,入党时间,原党支部",
        ...people.map(
          ({ name, idNumber }, n) =>
            `${n + 1},${name},${idNumber},${phones[n]},2005年7月1日,${home}`,
        ),
        "填表人：李四",
      ].join("\n"),
    );
  const good = people.map(({ phone }) => phone);
  const [first, ...others] = good;

  await signIn(page, demo, "branch_secretary");
  await page.goto("/registrations");
  await page.getByRole("link", { name: "导入党员" }).click();
  await expectAccessible(page);
  const choose = (content: Buffer) =>
    page.getByLabel("名册文件").setInputFiles({
      name: "名册.csv",
      mimeType: "text/csv",
      buffer: content,
    });
  await page.getByRole("button", { name: "开始检查" }).click();
  await expect(page.getByText("请先选择文件")).toBeVisible();
  await expect(page.getByText("没有本人同意，不能登记")).toBeVisible();

  await choose(list(["12345", ...others]));
  await page.getByLabel("名册上的每一位党员都已阅读并同意").check();
  await page.getByRole("button", { name: "开始检查" }).click();

  // No heading says that it is the phone.
  await expect(page.getByText("还缺：手机")).toBeVisible();
  await page.getByLabel(/D 栏.*号码/).selectOption({ label: "手机" });
  await page.getByRole("button", { name: "重新检查" }).last().click();
  await expect(page.getByText("1 行需要改正，2 行可以登记")).toBeVisible();
  await expect(page.getByText("D3 手机")).toBeVisible();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "下载带批注的表格" }).click();
  expect((await download).suggestedFilename()).toBe("导入检查结果.xlsx");

  await page.getByRole("button", { name: "换一个文件" }).click();
  await choose(list([first ?? "", ...others]));
  await page.getByLabel("名册上的每一位党员都已阅读并同意").check();
  await page.getByRole("button", { name: "开始检查" }).click();
  await page.getByLabel(/D 栏.*号码/).selectOption({ label: "手机" });
  await page.getByRole("button", { name: "重新检查" }).last().click();
  await page.getByRole("button", { name: "登记 3 人" }).click();
  await expect(page.getByText("已登记 3 人")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "查看名单" }).click();
  // A phone shows a list, a desk a table.
  const name = page.getByText(people[0]?.name ?? "");
  await expect(name.filter({ visible: true })).toBeVisible();
});
