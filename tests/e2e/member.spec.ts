import type { Browser, Page } from "@playwright/test";
import {
  type Demo,
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  test,
} from "./support/demo";
import { bind, Branch, pathOf } from "./support/member";
import { photograph } from "./support/picture";

const NO_VOTE = "无表决权、选举权和被选举权";

test("a phone is bound by one tap and shows the card, also without network", async ({
  page,
  context,
  request,
  demo,
}) => {
  const branch = await Branch.signIn(request, demo);
  const person = await branch.someone();
  const link = await branch.activation(person.card.number);

  await page.goto(pathOf(link));
  await expectAccessible(page);
  await bind(page, link);
  const card = page.getByRole("article");
  await expect(card).toContainText(person.member.name);
  await expect(card).toContainText(person.card.number);
  await expect(card).toContainText(NO_VOTE);
  await expect(page.getByRole("img", { name: "动态二维码" })).toBeVisible();
  await expect(page.getByText("刚刚更新")).toBeVisible();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);

  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await context.setOffline(true);
  await page.reload();
  await expect(card).toContainText(person.member.name);
  await expect(page.getByRole("img", { name: "动态二维码" })).toBeVisible();
  await expect(page.getByText("没有网络，显示的是")).toBeVisible();
  await expectAccessible(page);
});

test("a link serves once", async ({ page, browser, request, demo }) => {
  const branch = await Branch.signIn(request, demo);
  const link = await branch.activation((await branch.someone()).card.number);
  await bind(page, link);

  const other = await secondPhone(browser, demo);
  await other.goto(pathOf(link));
  await other.getByRole("button", { name: "绑定这部手机" }).click();
  await expect(other.getByRole("alert")).toContainText("已经用过");
  await expectAccessible(other);
  await other.context().close();
});

test("scanning the screen checks in with no tap, once", async ({
  page,
  request,
  demo,
}) => {
  const branch = await Branch.signIn(request, demo);
  const person = await branch.someone();
  await bind(page, await branch.activation(person.card.number));

  const code = await branch.eventCode();
  await page.goto(pathOf(code));
  await expect(page.getByText("签到成功")).toBeVisible();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);

  // Opening the same address again is the same scan.
  await page.reload();
  await expect(page.getByText("签到成功")).toBeVisible();

  // A later code of the same event: the first entry stands.
  await page.goto(pathOf(await branch.eventCode(true)));
  await expect(page.getByText("您已经签过到了")).toBeVisible();

  const { items } = await branch.get<{
    items: { member: { id: string }; outcome: string; method: string }[];
  }>(`/events/${demo.event_id}/attendance`);
  expect(
    items.find((item) => item.member.id === person.member.id),
  ).toMatchObject({
    outcome: "present",
    method: "event_code",
  });
});

test("a scan without network is kept and sent by itself later", async ({
  page,
  context,
  request,
  demo,
}) => {
  const branch = await Branch.signIn(request, demo);
  const person = await branch.someone();
  await bind(page, await branch.activation(person.card.number));
  await page.goto("/my-events");
  await expect(page.getByRole("heading", { level: 2 }).first()).toBeVisible();
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));

  const code = await branch.eventCode();
  await context.setOffline(true);
  await page.goto(pathOf(code));
  await expect(page.getByText("已保存在本机")).toBeVisible();
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByText("已保存在本机")).toBeVisible();

  await context.setOffline(false);
  await expect(page.getByText("签到成功")).toBeVisible({ timeout: 15_000 });
});

test("one visit is enough: later a photo of the screen checks in without network", async ({
  page,
  context,
  browser,
  request,
  demo,
}) => {
  const branch = await Branch.signIn(request, demo);
  const person = await branch.someone();
  await bind(page, await branch.activation(person.card.number));
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));

  const screen = await photograph(browser, await branch.eventCode());
  await context.setOffline(true);
  await page.goto("/scan");
  await page.setInputFiles('input[type="file"]', {
    name: "screen.jpg",
    mimeType: "image/jpeg",
    buffer: screen,
  });
  await expect(page.getByText("已保存在本机")).toBeVisible();

  // The page of the code is gone; the card says what waits, and then what became of it.
  await page.goto("/card");
  await expect(page.getByText("还有 1 次签到保存在本机")).toBeVisible();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await context.setOffline(false);
  await expect(page.getByText("刚才保存的签到已送达：签到成功")).toBeVisible();
  await expectAccessible(page);
  await page.goto("/my-events");
  await page.getByRole("button", { name: "知道了" }).click();
  await expect(page.getByText("刚才保存的签到")).toBeHidden();
  await page.reload();
  await expect(page.getByRole("heading", { name: "我的活动" })).toBeVisible();
  await expect(page.getByText("刚才保存的签到")).toBeHidden();
});

test("a kept scan outlives the browser, and so does the word of what became of it", async ({
  playwright,
  launchOptions,
  request,
  demo,
}, testInfo) => {
  const branch = await Branch.signIn(request, demo);
  const person = await branch.someone();
  const phone = () =>
    playwright.chromium.launchPersistentContext(testInfo.outputPath("phone"), {
      ...launchOptions,
      baseURL: demo.url,
      locale: "zh-CN",
      viewport: { width: 390, height: 844 },
    });

  let context = await phone();
  let page = await context.newPage();
  await bind(page, await branch.activation(person.card.number));
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  const code = await branch.eventCode();
  await context.setOffline(true);
  await page.goto(pathOf(code));
  await expect(page.getByText("已保存在本机")).toBeVisible();
  await context.close();

  context = await phone();
  await context.setOffline(true);
  page = await context.newPage();
  await page.goto("/card");
  await expect(page.getByText("还有 1 次签到保存在本机")).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText("刚才保存的签到已送达：签到成功")).toBeVisible();
  await context.close();

  context = await phone();
  page = await context.newPage();
  await page.goto("/card");
  await expect(page.getByText("刚才保存的签到已送达：签到成功")).toBeVisible();
  await context.close();

  const { items } = await branch.get<{
    items: { member: { id: string }; outcome: string; late: boolean }[];
  }>(`/events/${demo.event_id}/attendance`);
  expect(
    items.find((item) => item.member.id === person.member.id),
  ).toMatchObject({ outcome: "present" });
});

test("a phone that is not bound learns what to do, and nothing else", async ({
  page,
  request,
  demo,
}) => {
  const code = await (await Branch.signIn(request, demo)).eventCode();
  await page.goto(pathOf(code));
  await expect(page.getByText("这部手机还没有绑定证件")).toBeVisible();
  await expectAccessible(page);
});

test("an altered or cut code says what to do", async ({
  page,
  request,
  demo,
}) => {
  const branch = await Branch.signIn(request, demo);
  await bind(
    page,
    await branch.activation((await branch.someone()).card.number),
  );
  const code = pathOf(await branch.eventCode());

  await page.goto(code.slice(0, -5));
  await expect(page.getByText("二维码不完整")).toBeVisible();
  const last = code.at(-1) === "1" ? "2" : "1";
  await page.goto("/card");
  await page.goto(code.slice(0, -1) + last);
  await expect(page.getByText("二维码不对")).toBeVisible();
  await expect(page.getByRole("link", { name: "重新扫码" })).toBeVisible();
  await expectAccessible(page);
});

test("a stranger learns whether a card is valid, and nothing about the person", async ({
  page,
  browser,
  request,
  demo,
}) => {
  const branch = await Branch.signIn(request, demo);
  const person = await branch.someone();
  await bind(page, await branch.activation(person.card.number));
  const shown = page
    .waitForRequest("**/api/v1/me/card/credential", { timeout: 1 })
    .catch(() => undefined);
  await shown;
  await expect(page.getByRole("img", { name: "动态二维码" })).toBeVisible();
  const credential = await page.evaluate(readCredential);

  const stranger = await secondPhone(browser, demo);
  await stranger.goto(`/v#${credential.static}`);
  await expect(
    stranger.getByRole("status").getByText("有效", { exact: true }),
  ).toBeVisible();
  const text = await stranger.locator("body").innerText();
  expect(text).not.toContain(person.member.name);
  expect(text).not.toContain(person.card.number);
  await expectAccessible(stranger);

  await stranger.goto("/welcome");
  await stranger.goto(
    `/v#${credential.static.slice(0, -1)}${credential.static.endsWith("1") ? "2" : "1"}`,
  );
  await expect(
    stranger.getByText("不是真的").or(stranger.getByText("无法识别")),
  ).toBeVisible();
  await expectAccessible(stranger);
  await stranger.context().close();
});

test("without network a card is not checked, and never called valid", async ({
  page,
  context,
}) => {
  await page.goto("/welcome");
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await context.setOffline(true);
  await page.goto("/v#00123456789012345");
  await expect(page.getByRole("alert")).toContainText("没有核对");
  await expect(page.getByText("有效", { exact: true })).toHaveCount(0);
  await expectAccessible(page);
});

test("a member sees and mends the own record", async ({
  page,
  request,
  demo,
}) => {
  test.slow(); // seven screens, each looked at twice
  const branch = await Branch.signIn(request, demo);
  const person = await branch.someone();
  await bind(page, await branch.activation(person.card.number));

  for (const [path, heading] of [
    ["/my-events", "我的活动"],
    ["/my-calendar", "订阅日历"],
    ["/eligibility", "我该办哪一种"],
    ["/record", "我的记录"],
    ["/access-log", "谁看过我的记录"],
    ["/me", "我的"],
    ["/my-data", "我的资料"],
  ] as const) {
    await page.goto(path);
    await expect(
      page.getByRole("heading", { level: 1, name: heading }),
    ).toBeVisible();
    await expect(page.getByRole("alert")).toHaveCount(0);
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
  }

  await page.getByRole("button", { name: "修改" }).click();
  await page.getByLabel("手机号码").fill("123");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("请填写 11 位手机号码")).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("手机号码").fill("13900001111");
  await page.getByLabel("工作单位").fill("浦江纺织厂");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByText("浦江纺织厂")).toBeVisible();

  await page.goto("/my-events");
  await page.getByRole("button", { name: "请假" }).first().click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "上班走不开" }).click();
  await page.getByRole("button", { name: "提交请假" }).click();
  await expect(page.getByText("请假").first()).toBeVisible();
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("a lost card is reported by its holder and dead at once", async ({
  page,
  request,
  demo,
}) => {
  const branch = await Branch.signIn(request, demo);
  const person = await branch.someone();
  await bind(page, await branch.activation(person.card.number));
  await page.goto("/my-data");
  await page.getByRole("button", { name: "证件丢失了" }).click();
  await page.getByRole("button", { name: "手机丢失" }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "确认挂失" }).click();
  await page.waitForURL("**/welcome");
  expect(await branch.get(`/cards/${person.card.number}`)).toMatchObject({
    status: "lost",
  });
});

// A phone has no tab key.
test(
  "every screen of a member works by keyboard alone",
  { tag: "@desktop" },
  async ({ page, request, demo }) => {
    const branch = await Branch.signIn(request, demo);
    await bind(
      page,
      await branch.activation((await branch.someone()).card.number),
    );
    await page.goto("/card");
    await page.keyboard.press("Tab");
    await expect(page.getByRole("link", { name: "跳到正文" })).toBeFocused();
    // The link to the inbox says how much is new.
    for (const name of [/^证件$/, /^签到$/, /^活动$/, /^消息/, /^我的$/]) {
      await page.keyboard.press("Tab");
      await expect(
        page.getByRole("navigation").getByRole("link", { name }),
      ).toBeFocused();
    }
    await page.keyboard.press("Enter");
    await expect(
      page.getByRole("heading", { level: 1, name: "我的" }),
    ).toBeFocused();
    // What concerns the organisation's life comes first, then what one asks for.
    for (const name of [
      /^我的学习/,
      /^我的材料/,
      /^简报和表彰/,
      /^提意见/,
      /^谈心和帮扶/,
      /^我要办理/,
    ]) {
      await page.keyboard.press("Tab");
      await expect(page.getByRole("link", { name })).toBeFocused();
    }
    await page.keyboard.press("Enter");
    await expect(
      page.getByRole("heading", { level: 1, name: "我要办理" }),
    ).toBeFocused();
  },
);

/** Somebody else's phone: nothing kept, nobody signed in. */
async function secondPhone(browser: Browser, demo: Demo): Promise<Page> {
  const context = await browser.newContext({
    baseURL: demo.url,
    locale: "zh-CN",
  });
  return context.newPage();
}

/** Runs in the page: what the phone keeps for the day without network. */
function readCredential(): Promise<{ static: string; live_prefix: string }> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("guiyan-card");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const reading = opening.result
        .transaction("rows")
        .objectStore("rows")
        .get("mine");
      reading.onsuccess = () => resolve(reading.result.credential);
    };
  });
}
