/** What goes up and down the line: bulletins, requests, commendations, supervision. */
import type { APIRequestContext, Page } from "@playwright/test";
import {
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  test,
  type Demo,
} from "./support/demo";
import { bind, Branch } from "./support/member";
import { beside, signIn } from "./support/officer";

/** China's day, so many days from now. */
const day = (days = 0) =>
  new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000)
    .toISOString()
    .slice(0, 10);

/** From the desk over the page of all work, as someone finds it who was told nothing. */
async function openWork(page: Page, tile: string): Promise<void> {
  await page.getByRole("link", { name: "工作", exact: true }).click();
  await page.getByRole("link", { name: new RegExp(`^${tile}`) }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(tile);
}

/** Types the beginning of a name and takes what the list offers. */
async function pick(page: Page, label: string, name: string): Promise<void> {
  await page.getByRole("combobox", { name: label, exact: true }).fill(name);
  await page.getByRole("option", { name }).first().click();
}

test("a bulletin is written, published, and read on the phone without network @phone", async ({
  page,
  context,
  browser,
  request,
  demo,
}) => {
  const branch = await Branch.signIn(request, demo);
  const person = await branch.someone();
  const title = `十一月简报 ${person.card.number.slice(-6)}`;
  const officer = await beside(browser, demo, 390, 844);
  await signIn(officer, demo, "branch_secretary");
  await openWork(officer, "简报");
  await expectAccessible(officer);
  await officer.getByRole("link", { name: "写简报" }).click();
  await officer.getByRole("button", { name: "存草稿" }).click();
  await expect(officer.getByText("请填写这一项")).toHaveCount(2);
  await officer.getByRole("textbox", { name: "标题" }).fill(title);
  const body = officer.getByRole("textbox", { name: "正文" });
  await officer.getByRole("button", { name: "标题" }).click();
  await expect(body).toHaveValue("# 小标题");
  await body.fill(
    "# 本月要点\n\n**认真**学习\n\n- 读一本书\n- 谈一次心\n\n<script>alert(1)</script>",
  );
  await officer.getByRole("button", { name: "预览" }).click();
  await expect(
    officer.getByRole("heading", { name: "本月要点" }),
  ).toBeVisible();
  await expectAccessible(officer);
  await expectNoSidewaysScroll(officer);
  await officer.getByRole("button", { name: "存草稿" }).click();
  await expect(officer.getByText("这是草稿")).toBeVisible();
  await officer.getByRole("button", { name: "发布" }).click();
  await officer
    .getByRole("dialog")
    .getByRole("button", { name: "发布" })
    .click();
  await expect(officer.getByText(/ 年第 \d+ 期/)).toBeVisible();
  await expectAccessible(officer);
  await expectNoSidewaysScroll(officer);
  await officer.context().close();

  await bind(page, await branch.activation(person.card.number));
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.goto("/me");
  await page.getByRole("link", { name: /简报和表彰/ }).click();
  await expectAccessible(page);
  await page.getByRole("link", { name: title }).click();
  await expect(page.getByRole("heading", { name: "本月要点" })).toBeVisible();
  await expect(page.getByText("读一本书")).toBeVisible();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);

  // In the tunnel: the list and the text are on the phone.
  await context.setOffline(true);
  await page.goto("/my-bulletins");
  await expect(page.getByText(/现在没有网络/)).toBeVisible();
  await page.getByRole("link", { name: title }).click();
  await expect(page.getByText("谈一次心")).toBeVisible();
  await context.setOffline(false);
});

test("a branch asks with a file and a day, and reads the answer and who has read it", async ({
  page,
  browser,
  demo,
}) => {
  const about = `关于更换活动室的请示 ${Date.now()}`;
  await signIn(page, demo, "branch_secretary");
  await openWork(page, "请示报告");
  await expectAccessible(page);
  await page.getByRole("link", { name: "写请示或报告" }).click();
  await page.getByRole("button", { name: "存草稿" }).click();
  await expect(page.getByText("请填写这一项")).toHaveCount(2);
  await page.getByLabel("标题").fill(about);
  await page.getByLabel("正文").fill("原活动室租约到期，拟迁至示例路 3 号。");
  await page.getByLabel("希望何时答复").fill(day(-1));
  await page.getByLabel("添加附件").setInputFiles({
    name: "租约.txt",
    mimeType: "text/plain",
    buffer: Buffer.from("租约到期日：十二月"),
  });
  await expect(page.getByText("租约.txt")).toBeVisible();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await page.getByRole("button", { name: "存草稿" }).click();
  await expect(page.getByRole("alert").first()).toBeVisible();
  await page.getByLabel("希望何时答复").fill(day(5));
  await page.getByRole("button", { name: "存草稿" }).click();
  await expect(page.getByText("这是草稿，还没有上报")).toBeVisible();
  await page.getByRole("button", { name: "上报", exact: true }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: "上报", exact: true })
    .click();
  await expect(page.getByText("上级还没有人看过")).toBeVisible();
  await expectAccessible(page);

  const committee = await beside(browser, demo, 1440, 900);
  await signIn(committee, demo, "committee_officer");
  await committee.goto("/tasks");
  await committee.getByLabel("事项").selectOption("answer_submission");
  await committee.getByRole("link", { name: new RegExp(about) }).click();
  const saving = committee.waitForEvent("download");
  await committee.getByRole("button", { name: "保存 租约.txt" }).click();
  expect((await saving).suggestedFilename()).toBe("租约.txt");
  await committee.getByRole("button", { name: "答复" }).click();
  const answering = committee.getByRole("dialog");
  await answering.getByLabel("答复内容").fill("同意，请于月底前迁入。");
  await expectAccessible(committee);
  await answering.getByRole("button", { name: "答复" }).click();
  await expect(
    committee.getByRole("heading", { name: "上级答复" }),
  ).toBeVisible();
  await expectAccessible(committee);
  await committee.context().close();

  await page.goto("/notices");
  await page
    .getByRole("link", { name: new RegExp(about) })
    .first()
    .click();
  await expect(page.getByText("同意，请于月底前迁入。")).toBeVisible();
  await expect(
    page.getByRole("list", { name: "谁看过" }).getByText(/党委工作人员/),
  ).toBeVisible();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
});

test("a good member is nominated, confirmed, published, and reads it @phone", async ({
  page,
  browser,
  request,
  demo,
}) => {
  const branch = await Branch.signIn(request, demo);
  const person = await branch.someone();
  await bind(page, await branch.activation(person.card.number));
  const officer = await beside(browser, demo, 390, 844);
  await signIn(officer, demo, "branch_secretary");
  await openWork(officer, "表彰");
  await officer.getByRole("link", { name: "推荐", exact: true }).click();
  await officer.getByRole("button", { name: "提交推荐" }).click();
  await expect(officer.getByText("请填写这一项")).toHaveCount(2);
  await pick(officer, "党员", person.member.name);
  await officer.getByLabel("推荐理由").fill("十年如一日照顾邻居老人。");
  await expectAccessible(officer);
  await expectNoSidewaysScroll(officer);
  await officer.getByRole("button", { name: "提交推荐" }).click();
  await expect(officer.getByText("十年如一日照顾邻居老人。")).toBeVisible();
  const record = new URL(officer.url()).pathname;
  await officer.context().close();

  const committee = await beside(browser, demo, 1440, 900);
  await signIn(committee, demo, "committee_officer");
  await openWork(committee, "表彰");
  await committee.locator(`a[href="${record}"]`).click();
  await committee.getByRole("button", { name: "确定", exact: true }).click();
  const confirming = committee.getByRole("dialog");
  await confirming.getByLabel("表彰词").fill("邻里的好帮手");
  await confirming.getByRole("button", { name: "确定" }).click();
  await committee.getByRole("button", { name: "公布", exact: true }).click();
  await expectAccessible(committee);
  await committee
    .getByRole("dialog")
    .getByRole("button", { name: "公布" })
    .click();
  await expect(committee.getByText("公布日期")).toBeVisible();
  await expectAccessible(committee);
  await committee.context().close();

  await page.goto("/my-bulletins");
  const told = page
    .getByRole("listitem")
    .filter({ hasText: `${person.member.name} · ` });
  await expect(told.getByText("邻里的好帮手")).toBeVisible();
  await expect(told.getByText("与我有关")).toBeVisible();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
});

/** Another branch of the committee, and whoever keeps it: somebody a group can be made of. */
async function aColleague(
  request: APIRequestContext,
  demo: Demo,
): Promise<{ username: string; password: string }> {
  const admin = await Branch.signIn(request, demo, demo.login("administrator"));
  const committee = demo.login("committee_officer").unit_id;
  const unit = await admin.post<{ id: string }>("/units", {
    kind: "branch",
    name: `督导员所在支部 ${Date.now()}`,
    parent_id: committee,
    contact: { name: "联系人", phone: "021-55550100" },
  });
  const username = `visitor-${Date.now()}`;
  const password = "guiyan-demo-visitor";
  const { setup } = await admin.post<{ setup: { code: string } }>("/accounts", {
    username,
    role: "branch_secretary",
    unit_id: unit.id,
  });
  const opened = await request.post("/api/v1/account-setups", {
    data: { code: setup.code, password },
  });
  expect(opened.status()).toBe(204);
  return { username, password };
}

test("a group reads its branch for its days, writes a visit down, and is out when it ends", async ({
  page,
  browser,
  request,
  demo,
}) => {
  const colleague = await aColleague(request, demo);
  const branch = await Branch.signIn(request, demo);
  const unit = demo.login("branch_secretary").unit_id;
  const { name: unitName } = await branch.get<{ name: string }>(
    `/units/${unit}`,
  );
  const person = await branch.someone();
  const called = `第一督导组 ${Date.now()}`;

  await signIn(page, demo, "committee_officer");
  await openWork(page, "督导与联络");
  await expectAccessible(page);
  await page.getByRole("link", { name: "新建" }).click();
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("请填写这一项")).toHaveCount(4);
  await page.getByLabel("名称").fill(called);
  await pick(page, "成员", colleague.username);
  await pick(page, "负责的单位", unitName);
  await page.getByLabel("到", { exact: true }).fill(day(7));
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(called);
  await expect(page.getByText(colleague.username)).toBeVisible();
  await expectAccessible(page);

  const visitor = await beside(browser, demo, 390, 844);
  await visitor.goto("/sign-in");
  await visitor.getByLabel("用户名").fill(colleague.username);
  await visitor.getByLabel("密码", { exact: true }).fill(colleague.password);
  await visitor.getByRole("button", { name: "登录" }).click();
  await visitor.waitForURL("**/desk");
  // Members of the one branch, and of no other.
  await visitor.goto(`/registrations/${person.id}`);
  await expect(
    visitor.getByRole("heading", { name: person.member.name }),
  ).toBeVisible();
  const colleagueAtDesk = await Branch.signIn(request, demo, {
    ...demo.login("branch_secretary"),
    ...colleague,
  });
  const { items } = await colleagueAtDesk.get<{
    items: { home: { id: string }; host: { id: string } }[];
  }>("/registrations?limit=200");
  expect(items.length).toBeGreaterThan(0);
  expect(
    items.filter(({ home, host }) => ![home.id, host.id].includes(unit)),
  ).toEqual([]);

  await visitor.goto("/desk");
  await openWork(visitor, "督导与联络");
  await visitor.getByText("走访", { exact: true }).click();
  await visitor.getByRole("link", { name: `记走访 · ${called}` }).click();
  await visitor
    .getByRole("region", { name: "发现 1" })
    .getByLabel("内容")
    .fill("党费台账缺两个月");
  await visitor.getByRole("button", { name: "再加一条" }).click();
  const second = visitor.getByRole("region", { name: "发现 2" });
  await second.getByLabel("内容").fill("活动室借给外单位");
  await expectAccessible(visitor);
  await expectNoSidewaysScroll(visitor);
  await visitor.getByRole("button", { name: "提交" }).click();
  await expect(visitor.getByText("党费台账缺两个月")).toBeVisible();
  await expectAccessible(visitor);

  const secretary = await beside(browser, demo, 390, 844);
  await signIn(secretary, demo, "branch_secretary");
  await secretary.goto("/tasks");
  await secretary
    .getByRole("link", { name: new RegExp(`答复走访问题.*${called}`) })
    .first()
    .click();
  await secretary.getByRole("button", { name: "答复" }).first().click();
  const answering = secretary.getByRole("dialog");
  await answering.getByLabel("整改情况").fill("已经补齐。");
  await answering.getByRole("button", { name: "答复" }).click();
  await expect(secretary.getByText("答复：已经补齐。")).toBeVisible();
  await expectAccessible(secretary);
  await expectNoSidewaysScroll(secretary);

  // The other cannot be put right: closed with the reason, which the branch reads.
  await visitor.reload();
  await visitor.getByRole("button", { name: /说明原因后办结/ }).click();
  const closing = visitor.getByRole("dialog");
  await closing.getByLabel("原因").fill("租约年底才到期");
  await closing.getByRole("button", { name: "办结" }).click();
  await expect(visitor.getByText("已办结").first()).toBeVisible();
  await expectAccessible(visitor);
  await secretary.reload();
  await expect(secretary.getByText(/租约年底才到期/)).toBeVisible();
  await secretary.context().close();

  await page.getByRole("button", { name: "提前结束" }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: "提前结束" })
    .click();
  await expect(page.getByText("已结束").first()).toBeVisible();
  await expectAccessible(page);
  await visitor.goto(`/registrations/${person.id}`);
  await expect(visitor.getByText("没有找到，或您无权查看。")).toBeVisible();
  await visitor.context().close();
});
