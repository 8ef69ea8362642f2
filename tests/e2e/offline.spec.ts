/** A meeting without network: nobody is lost, nobody counts twice, and every sign tells the truth. */
import { request as requests } from "@playwright/test";
import { expect, expectAccessible, test } from "./support/demo";
import { withOldLists } from "./support/pack";
import { bind, Branch } from "./support/member";
import { Phone } from "./support/phone";
import { photograph } from "./support/picture";
import { OwnServer } from "./support/server";
import {
  aCardFromElsewhere,
  attempts,
  expectAllIn,
  getReady,
  guests,
  line,
  meeting,
  pickByName,
  scans,
  show,
  sign,
} from "./support/staff";

// Several browsers at once: on a busy machine each step takes its time.
test.describe.configure({ timeout: 300_000 });

const KEPT = "有效，已保存";

for (const order of ["first, second, member", "member, second, first"])
  test(
    `two desks and a member without network; back comes: ${order}`,
    { tag: "@phone" },
    async ({ browser, request, demo, launchOptions }, info) => {
      const branch = await Branch.signIn(request, demo);
      const event = await meeting(branch, demo);
      const people = await guests(branch, browser, 5);
      const [ann, bob, cat, dan, eve] = people as [
        (typeof people)[0],
        (typeof people)[0],
        (typeof people)[0],
        (typeof people)[0],
        (typeof people)[0],
      ];
      const film = [];
      for (const tilt of [16, 8, 0])
        film.push(await photograph(browser, ann.code, 420, tilt));

      const first = await Phone.start(info, demo, launchOptions, "first", film);
      const second = await Phone.start(info, demo, launchOptions, "second");
      const member = await Phone.start(info, demo, launchOptions, "member");
      await getReady(first, demo, event);
      await getReady(second, demo, event);
      await bind(member.page, await branch.activation(eve.number));
      await member.installed();
      for (const phone of [first, second, member]) await phone.offline();

      // The screen goes on changing its code; the member scans it.
      await second.page.goto(`/events/${event}/code`);
      const code = second.page.getByRole("img", { name: /签到二维码/ });
      await expect(code).toBeVisible();
      await expect(second.page.getByText("签到码照常更换")).toBeVisible();
      await member.page.goto("/scan");
      await show(member.page, await code.screenshot());
      await expect(member.page.getByText("已保存在本机").first()).toBeVisible();

      // The first desk: its camera sees Ann, a photo shows Bob.
      await first.page.goto(`/events/${event}/scan`);
      await expect(sign(first.page, KEPT)).toContainText(ann.name);
      await show(first.page, bob.picture);
      await expect(line(first.page, bob.name)).toContainText("已保存");

      // The second desk: Bob again, Cat, and Dan who has no phone.
      await second.page.goto(`/events/${event}/scan`);
      await show(second.page, bob.picture);
      await expect(sign(second.page, KEPT)).toContainText(bob.name);
      await second.page.reload();
      await show(second.page, cat.picture);
      await expect(sign(second.page, KEPT)).toContainText(cat.name);
      await pickByName(second.page, dan.name);
      await expect(sign(second.page, "已记下")).toContainText(dan.name);
      await expect(line(second.page, bob.name)).toContainText("已保存");

      // A browser that is started anew has lost nothing.
      await first.restartOffline();
      await first.page.goto(`/events/${event}`);
      await first.page.getByRole("link", { name: "扫证件" }).click();
      await expect(line(first.page, bob.name)).toContainText("已保存");
      // Its camera still sees Ann, who is in already.
      await expect(sign(first.page, "已经签过到了")).toContainText(ann.name);
      await member.restartOffline();
      await member.page.goto("/card");
      await expect(member.page.getByText("保存在本机")).toBeVisible();

      const back = { first, second, member };
      for (const name of order.split(", ") as (keyof typeof back)[]) {
        const { page } = back[name];
        await back[name].online();
        if (name === "member")
          await expect(page.getByText("已送达：签到成功")).toBeVisible();
        else
          await expect(page.getByText("没有发送")).toHaveCount(0, {
            timeout: 20_000,
          });
      }
      const [early, later] = order.startsWith("first")
        ? [first, second]
        : [second, first];
      await expect(line(early.page, bob.name)).toContainText("签到成功");
      await expect(line(later.page, bob.name)).toContainText("已经签过到了");
      await expect(line(second.page, dan.name)).toContainText("签到成功");

      await expectAllIn(branch, event, people);
      // Every scan that a phone has kept is there, the second ones of Ann and Bob too, and none of them twice.
      const kept = (await scans(first.page)) + (await scans(second.page)) + 1;
      const arrived = await attempts(branch, event);
      expect(kept).toBeGreaterThanOrEqual(7);
      expect(arrived).toHaveLength(kept);
      const stations = new Set(arrived.map(({ by }) => by.station));
      expect(stations.size).toBe(3);
      await second.page.reload();
      await expect(line(second.page, cat.name)).toContainText("签到成功");
      for (const phone of [first, second, member]) await phone.close();
    },
  );

test(
  "each sign tells no more than the phone can know",
  { tag: "@phone" },
  async ({ browser, request, demo, launchOptions }, info) => {
    const branch = await Branch.signIn(request, demo);
    const event = await meeting(branch, demo);
    const [good, lost] = await guests(branch, browser, 2);
    if (!good || !lost) throw new Error("nobody came");
    await branch.post(`/cards/${lost.number}/report_lost`, { reason: "丢了" });
    const stranger = await aCardFromElsewhere(request, demo);
    const phone = await Phone.start(info, demo, launchOptions, "desk");
    const { page, context } = phone;
    await getReady(phone, demo, event);
    await context.route("**/api/v1/check-ins", (route) => route.abort());
    await context.route("**/api/v1/cards/verify", (route) => route.abort());
    await page.goto(`/events/${event}/scan`);

    async function look(picture: Buffer, headline: string, ...more: string[]) {
      await show(page, picture);
      const shown = sign(page, headline);
      for (const text of more) await expect(shown).toContainText(text);
      await expectAccessible(page);
      await page.screenshot({ path: info.outputPath(`${headline}.png`) });
    }
    await look(good.picture, KEPT, good.name, "请核对本人");
    await look(lost.picture, "没有签到", lost.name, "证件已挂失");
    await look(stranger, "证件是真的，不知道是谁", "请问姓名和支部");
    const altered = good.code.slice(0, -1) + (good.code.endsWith("1") ? 2 : 1);
    await look(await photograph(browser, altered), "没有签到", "可能是伪造的");
    await look(good.picture, "已经签过到了", good.name);

    for (const [days, headline, words] of [
      [3, "有效，请核对本人", "状态表是 3 天前的"],
      [8, "现在不能判断", "太旧"],
    ] as const) {
      const other = await meeting(branch, demo);
      await context.unroute("**/offline-pack");
      await context.route("**/offline-pack", async (route) => {
        const answer = await route.fetch();
        await route.fulfill({
          json: await withOldLists(await answer.json(), days),
        });
      });
      const pack = page.waitForResponse("**/offline-pack");
      await page.goto(`/events/${other}/scan`);
      await pack;
      await look(good.picture, headline, good.name, words);
    }
    await phone.close();
  },
);

test(
  "the server dies between a sync and its answer: each counts once",
  { tag: "@phone" },
  async ({ browser, launchOptions }, info) => {
    const server = await OwnServer.start(info.outputPath("data"));
    const { demo } = server;
    const request = await requests.newContext({ baseURL: demo.url });
    const branch = await Branch.signIn(request, demo);
    const event = await meeting(branch, demo);
    const people = await guests(branch, browser, 3);
    const phone = await Phone.start(info, demo, launchOptions, "desk");
    await getReady(phone, demo, event);
    await phone.offline();
    await phone.page.goto(`/events/${event}/scan`);
    for (const { name, picture } of people) {
      await show(phone.page, picture);
      await expect(sign(phone.page, KEPT)).toContainText(name);
    }

    // What was sent arrives and is written; then the power goes, and nobody hears of it.
    const killed = new Promise<void>((resolve) => {
      void phone.context.route("**/api/v1/check-ins", async (route) => {
        await route.fetch();
        await server.kill();
        await route.abort();
        resolve();
      });
    });
    await phone.online();
    await killed;
    await expect(phone.page.getByText("3 次扫码还保存在本机")).toBeVisible();
    await phone.context.unroute("**/api/v1/check-ins");

    // And once more in the middle of it, whatever it has got to.
    await server.startAgain();
    const again = new Promise<void>((resolve) => {
      phone.page.once("request", () => undefined);
      phone.page.on("request", (sent) => {
        if (!sent.url().endsWith("/check-ins")) return;
        phone.page.removeAllListeners("request");
        void server.kill().then(resolve);
      });
    });
    await phone.page.getByRole("button", { name: "现在发送" }).click();
    await again;
    await server.startAgain();

    for (const { name } of people)
      await expect(line(phone.page, name)).toContainText("签到成功", {
        timeout: 30_000,
      });
    await phone.page.reload();
    for (const { name } of people)
      await expect(line(phone.page, name)).toContainText("签到成功");
    const later = await Branch.signIn(request, demo);
    await expectAllIn(later, event, people);
    expect(await attempts(later, event)).toHaveLength(3);
    await phone.close();
    await request.dispose();
    await server.stop();
  },
);
