import type { Page } from "@playwright/test";
import {
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  test,
} from "./support/demo";
import { bind, Branch } from "./support/member";
import { beside, signIn } from "./support/officer";

/** Types the beginning of a name and takes what the list offers. */
async function pick(page: Page, label: string, name: string): Promise<void> {
  await page.getByRole("combobox", { name: label, exact: true }).fill(name);
  await page.getByRole("option", { name }).first().click();
}

/** From the desk over the page of all work, as someone finds it who was told nothing. */
async function openWork(page: Page, tile: string): Promise<void> {
  await page.getByRole("link", { name: "工作", exact: true }).click();
  await page.getByRole("link", { name: new RegExp(`^${tile}`) }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(tile);
}

test("a secretary records a talk; the member reads it, and who looked @phone", async ({
  page,
  browser,
  request,
  demo,
}) => {
  const branch = await Branch.signIn(request, demo);
  const person = await branch.someone();
  const officer = await beside(browser, demo, 390, 844);
  await signIn(officer, demo, "branch_secretary");
  await openWork(officer, "谈心谈话");
  await expectAccessible(officer);
  await officer.getByRole("link", { name: "登记谈话" }).click();
  await officer.getByRole("button", { name: "登记", exact: true }).click();
  await expect(officer.getByText("请从列表里选一位党员")).toBeVisible();
  await pick(officer, "和谁谈", person.member.name);
  await officer.getByRole("button", { name: "支部书记" }).click();
  await officer.getByText("思想", { exact: true }).click();
  await officer.getByText("家庭", { exact: true }).click();
  await officer.getByLabel("谈后要办的事").fill("联系社区卫生站");
  await officer.getByLabel("什么时候前办").fill("2099-01-01");
  await officer.getByRole("button", { name: "登记", exact: true }).click();
  await expect(officer.getByRole("alert")).toBeVisible();
  const soon = new Date(Date.now() + 14 * 86_400_000);
  await officer
    .getByLabel("什么时候前办")
    .fill(soon.toISOString().slice(0, 10));
  await expectAccessible(officer);
  await expectNoSidewaysScroll(officer);
  await officer.getByRole("button", { name: "登记", exact: true }).click();
  await expect(officer.getByText("联系社区卫生站")).toBeVisible();
  await expect(officer.getByText("有事待办")).toBeVisible();
  await officer.getByRole("button", { name: "已经办好" }).click();
  await expect(officer.getByText("已完成")).toBeVisible();
  await expectAccessible(officer);

  await bind(page, await branch.activation(person.card.number));
  await page.goto("/me");
  await page.getByRole("link", { name: /^谈心和帮扶/ }).click();
  await expect(page.getByText("支部书记与您谈")).toBeVisible();
  await expect(page.getByText(/思想、家庭/)).toBeVisible();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await page.getByRole("link", { name: "谁看过我的记录" }).click();
  await expect(page.getByText("查看谈心谈话记录").first()).toBeVisible();
  await officer.context().close();
});

test("an opinion without a name is dealt with and published @phone", async ({
  page,
  browser,
  request,
  demo,
}) => {
  const branch = await Branch.signIn(request, demo);
  const person = await branch.someone();
  const words = `例会能不能短一些 ${person.card.number.slice(-6)}`;
  await bind(page, await branch.activation(person.card.number));
  await page.goto("/me");
  await page.getByRole("link", { name: /^提意见/ }).click();
  await expect(page.getByText(/支部和管理员都没有记录可查/)).toBeVisible();
  await page.getByLabel("您的意见或建议").fill(words);
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await page.getByRole("button", { name: "提交" }).click();
  await expect(page.getByText(/这部手机上也没有保存/)).toBeVisible();
  await page.getByText("我提的", { exact: true }).click();
  await expect(page.getByText(/不署名提的不会出现在这里/)).toBeVisible();
  await expect(page.getByText(words)).toHaveCount(0);

  const officer = await beside(browser, demo, 390, 844);
  await signIn(officer, demo, "branch_secretary");
  await openWork(officer, "意见与整改");
  await expectAccessible(officer);
  await officer.getByRole("link", { name: words }).click();
  await expect(officer.getByText("不署名，无从得知是谁")).toBeVisible();
  await officer.getByRole("button", { name: "归类" }).click();
  await officer
    .getByRole("dialog")
    .getByRole("button", { name: "工作作风" })
    .click();
  await officer.getByRole("button", { name: "定处理方式" }).click();
  const deciding = officer.getByRole("dialog", { name: "定处理方式" });
  await deciding.getByText("立行立改", { exact: true }).click();
  await expectAccessible(officer);
  await deciding.getByRole("button", { name: "确定" }).click();
  await expect(officer.getByText("整改中")).toBeVisible();
  await officer.getByRole("button", { name: "整改完成" }).click();
  const finishing = officer.getByRole("dialog", { name: "整改完成" });
  await finishing.getByLabel("整改结果").fill("例会不超过一小时");
  await finishing.getByRole("button", { name: "确定" }).click();
  await officer.getByRole("button", { name: "公布", exact: true }).click();
  const publishing = officer.getByRole("dialog", { name: "公布" });
  await publishing.getByLabel("公布时的文字").fill(`${words}（改写）`);
  await expectAccessible(officer);
  await publishing.getByRole("button", { name: "公布" }).click();
  await expect(officer.getByText("已公布")).toBeVisible();
  await expectNoSidewaysScroll(officer);
  await officer.context().close();

  await page.getByText("公布的", { exact: true }).click();
  const told = page
    .getByRole("article")
    .filter({ hasText: `${words}（改写）` });
  await expect(told).toContainText("例会不超过一小时");
  await expectAccessible(page);
});

test("a pair, a case solved and help given, as both sides read it @phone", async ({
  page,
  browser,
  request,
  demo,
}) => {
  const branch = await Branch.signIn(request, demo);
  const [helper, helped] = [await branch.someone(), await branch.someone()];
  const officer = await beside(browser, demo, 390, 844);
  await signIn(officer, demo, "branch_secretary");
  await openWork(officer, "结对帮扶");
  await officer.getByRole("link", { name: "登记结对" }).click();
  await pick(officer, "帮扶人", helper.member.name);
  await pick(officer, "被帮扶人", helped.member.name);
  await expectAccessible(officer);
  await officer.getByRole("button", { name: "登记", exact: true }).click();
  await officer.getByRole("link", { name: "登记这一对的困难" }).click();
  await officer.getByLabel("哪方面").selectOption("health");
  await officer.getByLabel("具体情况").fill("慢性病，需转诊");
  await officer.getByRole("button", { name: "登记", exact: true }).click();
  await expect(officer.getByText("解决中")).toBeVisible();
  await officer.getByRole("link", { name: "登记用于这件困难的款物" }).click();
  await officer.getByText("实物", { exact: true }).click();
  await officer.getByLabel("什么物品").fill("米和油");
  await officer.getByLabel("折价（元）").fill("300.5");
  await expectAccessible(officer);
  await officer.getByRole("button", { name: "登记", exact: true }).click();
  await expect(officer.getByText("¥300.50")).toBeVisible();
  await officer.goto("/cases");
  await expect(officer.getByText("慢性病，需转诊")).toHaveCount(0);
  await officer
    .getByRole("link", { name: `${helped.member.name} · 就医` })
    .click();
  await officer.getByRole("button", { name: "已经解决" }).click();
  const solving = officer.getByRole("dialog");
  await solving.getByLabel("怎样解决的").fill("已转到市医院");
  await solving.getByRole("button", { name: "确定" }).click();
  await expect(officer.getByText("已解决")).toBeVisible();
  await expectNoSidewaysScroll(officer);
  await officer.context().close();

  await bind(page, await branch.activation(helped.card.number));
  await page.goto("/my-talks");
  await expect(page.getByText(`${helper.member.name}帮扶您`)).toBeVisible();
  await expect(page.getByText("已转到市医院")).toBeVisible();
  await expect(page.getByText(/您收到米和油/)).toBeVisible();
  await expectAccessible(page);
});
