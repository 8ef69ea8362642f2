import {
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  test,
} from "./support/demo";
import { Branch } from "./support/member";
import { beside, signIn } from "./support/officer";

const today = () =>
  new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);

test("a committee asks who can take part, and a branch answers on the phone @phone", async ({
  page,
  browser,
  demo,
}) => {
  const committee = await beside(browser, demo, 1440, 900);
  await signIn(committee, demo, "committee_officer");
  await committee.getByRole("link", { name: "工作", exact: true }).click();
  await committee.getByRole("link", { name: /^摸排/ }).click();
  await committee.getByRole("link", { name: "发起摸排" }).click();
  await committee.getByRole("button", { name: "发起", exact: true }).click();
  await expect(committee.getByText("请填写这一项")).toHaveCount(3);
  await committee.getByLabel("名称").fill("走一遍的摸排");
  await committee.getByLabel("哪一天的情况").fill(today());
  await committee.getByLabel("填报截止日期").fill(today());
  await committee.getByRole("button", { name: "发起", exact: true }).click();
  await expect(committee.getByRole("heading", { level: 1 })).toHaveText(
    "走一遍的摸排",
  );
  await expectAccessible(committee);

  await signIn(page, demo, "branch_secretary");
  await page.goto("/tasks");
  await page.getByRole("link", { name: "填报摸排 · 走一遍的摸排" }).click();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await page.getByRole("link", { name: "填报", exact: true }).click();
  const first = page
    .getByRole("list", { name: "党员" })
    .getByRole("listitem")
    .first();
  await first.getByRole("button", { name: "不能" }).click();
  await expectAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "重病" }).click();
  await expect(first).toContainText("不能参加 · 重病");
  await page.getByRole("button", { name: "其余都能参加" }).click();
  await expect(page.getByText("都填好了")).toBeVisible();
  await expectAccessible(page);
  await page.goto("/tasks");
  await expect(page.getByRole("link", { name: /走一遍的摸排/ })).toHaveCount(0);

  await committee.reload();
  await committee.getByRole("button", { name: "归档" }).click();
  const closing = committee.getByRole("dialog");
  await closing.getByRole("button", { name: "归档" }).click();
  await expect(closing.getByRole("alert")).toBeVisible();
  await closing.getByLabel(/仍然归档/).check();
  await closing.getByRole("button", { name: "归档" }).click();
  await expect(committee.getByText(/内容校验码/)).toBeVisible();
  await expectAccessible(committee);
  await committee.context().close();
});

test("an election is asked for, allowed, and waits for its quorum @phone", async ({
  page,
  browser,
  demo,
}) => {
  // The election of the first secretary's branch goes on already.
  await signIn(page, demo, "qingpu");
  await page.goto("/elections/due");
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await page.getByRole("button", { name: /^发起换届/ }).click();
  await page.getByRole("button", { name: "报请上级同意" }).click();
  await expect(page.getByText("已报请同意").first()).toBeVisible();
  const election = new URL(page.url()).pathname;

  const committee = await beside(browser, demo, 1440, 900);
  await signIn(committee, demo, "committee_officer");
  await committee.goto("/tasks");
  await committee.getByLabel("事项").selectOption("approve_election");
  await committee.getByRole("link", { name: /^审批换届.*青浦第一/ }).click();
  await committee.getByRole("button", { name: "同意举行" }).click();
  await committee
    .getByRole("dialog")
    .getByRole("button", { name: "同意举行" })
    .click();
  await expect(committee.getByText("上级同意举行")).toBeVisible();
  await expectAccessible(committee);

  await page.goto(election);
  await page.getByRole("button", { name: "提候选人" }).click();
  const nominating = page.getByRole("dialog");
  for (const [at, name] of ["张正式", "李正式"].entries()) {
    const one = nominating.getByRole("group", {
      name: `第 ${at + 1} 名候选人`,
    });
    await one.getByText("不在系统中的正式党员").click();
    await one.getByRole("textbox", { name: "姓名" }).fill(name);
  }
  await expectAccessible(page);
  await nominating.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("书记：应选 1 名，候选人 2 名")).toBeVisible();
  await page.getByRole("button", { name: "开选举大会" }).click();
  await page
    .getByRole("dialog")
    .getByRole("link", { name: "新建会议" })
    .click();
  await expect(page.getByLabel("类型")).toHaveValue("election");
  const begun = new Date(Date.now() - 60_000 + 8 * 3_600_000);
  await page
    .getByLabel("日期", { exact: true })
    .fill(begun.toISOString().slice(0, 10));
  await page
    .getByLabel("开始", { exact: true })
    .fill(begun.toISOString().slice(11, 16));
  await page.getByRole("button", { name: "建好活动" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("换届选举");

  await page.goto(election);
  await page.getByRole("button", { name: "开选举大会" }).click();
  const holding = page.getByRole("dialog");
  await holding.getByLabel("哪次会议").selectOption({ index: 1 });
  await holding.getByLabel("有选举权的应到会人数").fill("10");
  await holding.getByLabel("不在系统中的党员（人工清点）").fill("7");
  await holding.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("不足五分之四")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "修改人数或改期再开" }).click();
  await holding.getByLabel("不在系统中的党员（人工清点）").fill("8");
  await holding.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("已达到五分之四")).toBeVisible();
  await page.getByRole("button", { name: "记录结果" }).click();
  const result = page.getByRole("dialog");
  await result
    .getByRole("group", { name: /张正式/ })
    .getByLabel("当选")
    .check();
  await result.getByLabel("得票").fill("7");
  await expectAccessible(page);
  await result.getByRole("button", { name: "记录", exact: true }).click();
  await expect(page.getByText("超过半数")).toBeVisible();

  await committee.goto(election);
  await committee.getByRole("button", { name: "批准结果" }).click();
  await committee
    .getByRole("dialog")
    .getByRole("button", { name: "批准结果" })
    .click();
  await expect(committee.getByText("上级批准结果")).toBeVisible();
  await expectAccessible(committee);
  await committee.context().close();
});

test("a post is recorded and told on the unit's page and with the member @desktop", async ({
  page,
  request,
  demo,
}) => {
  const branch = await Branch.signIn(request, demo);
  const {
    id,
    member: { name },
  } = await branch.someone();
  await signIn(page, demo, "committee_officer");
  await page.goto("/posts");
  await page.getByRole("button", { name: "登记任职" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("党员").fill(name);
  await dialog.getByRole("option", { name }).first().click();
  await dialog.getByLabel("职务", { exact: true }).selectOption("publicity");
  await dialog.getByLabel("同时担任的行政职务").fill("走读车间主任");
  await dialog.getByLabel("开始日期").fill("2025-03-01");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "登记", exact: true }).click();
  await expect(page.getByText("一肩挑：走读车间主任")).toBeVisible();
  await expectAccessible(page);
  const unit = demo.login("committee_officer").unit_id;
  await page.goto(`/overview/${unit}`);
  await expect(page.getByText(`${name} · 宣传委员`)).toBeVisible();
  await page.goto(`/registrations/${id}`);
  await expect(
    page.getByText("宣传委员（一肩挑：走读车间主任）"),
  ).toBeVisible();
  await expectAccessible(page);
});
