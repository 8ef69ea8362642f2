import {
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  test,
} from "./support/demo";
import { bind, Branch } from "./support/member";
import { beside, signIn } from "./support/officer";

test("a member writes without network, hands in, mends what was returned, and it is accepted @phone", async ({
  page,
  browser,
  context,
  request,
  demo,
}) => {
  const branch = await Branch.signIn(request, demo);
  const person = await branch.someone();
  await bind(page, await branch.activation(person.card.number));
  await page.goto("/me");
  await page.getByRole("link", { name: /我的材料/ }).click();
  await expect(page.getByText("还没有提交过")).toBeVisible();
  await expectAccessible(page);
  await page.evaluate(() => navigator.serviceWorker.ready);

  // On the train: two drafts, kept as they are typed, and still there after the page was closed.
  await context.setOffline(true);
  await page.getByRole("button", { name: "写一篇" }).click();
  await page.getByLabel("题目").fill("《党章》读书笔记");
  await page.getByLabel("正文").fill("学习了党章，“知”与“行”要统一。OK");
  await expect(page.getByText("18 字", { exact: true })).toBeVisible();
  await expect(page.getByText(/已保存在这部手机/)).toBeVisible();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await page.getByRole("button", { name: "提交给支部" }).click();
  await expect(page.getByText(/有网络时再点一次/)).toBeVisible();
  await page.getByRole("link", { name: "返回" }).click();
  await page.getByRole("button", { name: "写一篇" }).click();
  await page.getByLabel("正文").fill("另一篇");
  await expect(page.getByText(/已保存在这部手机/)).toBeVisible();
  await page.goto("/my-documents");
  await expect(page.getByText(/现在没有网络/)).toBeVisible();
  const drafts = page.getByRole("list", { name: "草稿" }).getByRole("link");
  await expect(drafts).toHaveCount(2);

  await context.setOffline(false);
  await drafts.filter({ hasText: "《党章》读书笔记" }).click();
  await page.getByRole("button", { name: "提交给支部" }).click();
  await expect(
    page.getByRole("heading", { name: "《党章》读书笔记" }),
  ).toBeVisible();
  await expectAccessible(page);

  // The branch finds it among its tasks, and returns it.
  const officer = await beside(browser, demo, 390, 844);
  await signIn(officer, demo, "branch_secretary");
  await officer.goto("/tasks");
  await officer
    .getByRole("link", { name: `${person.member.name} · 阅看材料` })
    .click();
  await expect(officer.getByText("学习了党章")).toBeVisible();
  await expectAccessible(officer);
  await officer.getByRole("button", { name: "退回修改" }).click();
  const dialog = officer.getByRole("dialog");
  await dialog.getByRole("button", { name: "请结合本人工作谈谈体会" }).click();
  await dialog.getByRole("button", { name: "退回修改" }).click();
  await expect(officer.getByText("退回修改").first()).toBeVisible();

  await page.goto("/my-inbox");
  await page.getByRole("link", { name: /您的材料被退回修改/ }).click();
  await expect(page.getByText("请结合本人工作谈谈体会").first()).toBeVisible();
  await page.getByRole("button", { name: "修改后再交" }).click();
  await expect(page.getByLabel("正文")).toHaveValue(/学习了党章/);
  await page.getByLabel("正文").fill("学习了党章，在车间里带好徒弟。");
  await page.getByRole("button", { name: "提交给支部" }).click();
  await expect(page.getByText("第 2 稿")).toBeVisible();

  await officer.goto("/documents");
  await officer
    .getByRole("link", { name: new RegExp(person.member.name) })
    .click();
  await expect(officer.getByText("在车间里带好徒弟")).toBeVisible();
  await officer.getByRole("button", { name: "通过" }).click();
  await expect(officer.getByText("已通过").first()).toBeVisible();
  await page.goto("/access-log");
  await expect(page.getByText("查看个人材料").first()).toBeVisible();
  await officer.context().close();
});

test("a committee starts a plan, a branch sees where it stands, a member reads the own progress @phone", async ({
  page,
  browser,
  request,
  demo,
}) => {
  const branch = await Branch.signIn(request, demo);
  const person = await branch.someone();
  await bind(page, await branch.activation(person.card.number));

  const desk = await beside(browser, demo, 1440, 900);
  await signIn(desk, demo, "committee_officer");
  await desk.goto("/plans");
  await desk.getByRole("link", { name: "新建计划" }).click();
  await desk.getByLabel("名称").fill("冬季读书计划");
  const year = new Date().getFullYear();
  await desk.getByLabel("开始").fill(`${year}-01-01`);
  await desk.getByLabel("结束").fill(`${year}-12-31`);
  await desk.getByLabel("不少于（次）").fill("15");
  await desk.getByRole("button", { name: "加一项要求" }).click();
  const second = desk.getByRole("group", { name: "要求 2" });
  await second.getByLabel("统计什么").selectOption("document");
  await second.getByLabel("每篇不少于（字）").fill("8000");
  await second.getByLabel("几篇的字数加起来算").check();
  await expectAccessible(desk);
  await desk.getByRole("button", { name: "保存为草稿" }).click();
  await expect(desk.getByText("读书笔记累计不少于 8,000 字")).toBeVisible();
  await desk.getByRole("button", { name: "开始执行" }).click();
  await desk
    .getByRole("dialog")
    .getByRole("button", { name: "开始执行" })
    .click();
  await expect(desk.getByRole("heading", { name: "进度曲线" })).toBeVisible();
  await expect(desk.getByRole("table", { name: "各单位进度" })).toBeVisible();
  await expectAccessible(desk);
  await expectNoSidewaysScroll(desk);
  await desk.context().close();

  await page.goto("/my-inbox");
  await page
    .getByRole("link", { name: /学习计划开始了：冬季读书计划/ })
    .click();
  const mine = page.getByRole("article", { name: "冬季读书计划" });
  await expect(mine).toContainText("0 / 15 次");
  await expect(mine).toContainText("0 / 8,000 字");
  await expectAccessible(page);

  const secretary = await beside(browser, demo, 390, 844);
  await signIn(secretary, demo, "branch_secretary");
  await secretary.goto("/plans");
  await secretary.getByRole("link", { name: /冬季读书计划/ }).click();
  await expect(
    secretary.getByText(new RegExp(`${person.member.name} · 正式党员`)),
  ).toBeVisible();
  await expectAccessible(secretary);
  await expectNoSidewaysScroll(secretary);
  await secretary.context().close();
});
