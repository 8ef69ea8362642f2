import { randomUUID } from "node:crypto";
import {
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  test,
} from "./support/demo";
import { bind, Branch, pathOf } from "./support/member";
import { aMeeting, beside, signIn } from "./support/officer";

test("a scan that disagrees with the record is settled with one tap, by keyboard too", async ({
  page,
  browser,
  request,
  demo,
}) => {
  const branch = await Branch.signIn(request, demo);
  const person = await branch.someone();
  const refused = await branch.someone();
  const { id } = await aMeeting(branch, demo);

  // The secretary has noted the member as absent, then as on leave; the member's own scan says otherwise.
  const noted = await branch.post<{ entry_id: string }>(
    `/events/${id}/attendance`,
    {
      member_id: person.member.id,
      outcome: "absent",
      reason: "点名时不在会场",
    },
  );
  await branch.post(`/check-ins/${noted.entry_id}/correct`, {
    outcome: "on_leave",
    reason: "家属说出差",
  });
  const phone = await beside(browser, demo, 390, 844);
  await bind(phone, await branch.activation(person.card.number));
  const { url } = await branch.get<{ url: string }>(`/events/${id}/code`);
  await phone.goto(pathOf(url));
  await expect(phone.getByText("已经收到，等支部书记核对")).toBeVisible();

  // And somebody was entered with a time before check-in had opened.
  await branch.post("/check-ins", {
    items: [
      {
        id: randomUUID(),
        event_id: id,
        occurred_at: new Date(Date.now() - 86_400_000).toISOString(),
        method: "manual",
        member_id: refused.member.id,
        note: "点名",
      },
    ],
  });

  await signIn(page, demo, "branch_secretary");
  await page.goto(`/events/${id}`);
  await page.getByRole("link", { name: "1 条待核对" }).click();
  const card = page.getByRole("article", { name: person.member.name });
  await expect(card).toContainText("请假");
  await expect(card).toContainText("家属说出差");
  await expect(card).toContainText("扫活动码");
  await expect(card).toContainText("本人手机");
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);

  const take = card.getByRole("button", { name: "采用扫码：记为到场" });
  await take.focus();
  await page.keyboard.press("Enter");
  await expect(
    page.getByText(`${person.member.name}：已采用扫码，记为到场`),
  ).toBeVisible();
  await expect(card.getByText("已签到")).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(card.getByRole("button", { name: "更正" })).toBeFocused();
  await expectAccessible(page);

  // It can be undone as every entry can.
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByText("缺席", { exact: true }).click();
  await page.getByRole("button", { name: "登记有误" }).click();
  await page.getByRole("button", { name: "记下" }).click();
  await expect(card.getByText("缺席")).toBeVisible();

  const row = page
    .getByRole("listitem")
    .filter({ hasText: refused.member.name });
  await expect(row).toContainText("还没到签到时间");
  await row.getByRole("button").click();
  await page.getByRole("button", { name: "扫码失败，本人在场" }).click();
  await page.getByRole("button", { name: "记下" }).click();
  await expect(row.getByText("已签到")).toBeVisible();
  await page.getByText("重复", { exact: true }).click();
  await expect(row).toHaveCount(0);

  await page.goto(`/events/${id}`);
  await expect(page.getByRole("heading", { name: "签到情况" })).toBeVisible();
  await expect(page.getByText("待核对")).toHaveCount(0);
  await phone.context().close();
});
