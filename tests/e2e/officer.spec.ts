/** Every officer's screen: reachable, without a finding of axe in either theme, and never wider than its screen. */
import {
  expect,
  expectAccessible,
  expectFocusInSight,
  expectNoSidewaysScroll,
  test,
} from "./support/demo";
import { Branch } from "./support/member";
import { aMeeting, signIn } from "./support/officer";

const SCREENS: Record<string, string[]> = {
  branch_secretary: [
    "/desk",
    "/registrations",
    "/registrations/new",
    "/registrations/import",
    "/registrations/:registration",
    "/please-call",
    "/cards/:card",
    "/events",
    "/events/new",
    "/events/:event",
    "/events/:event/edit",
    "/events/:event/code",
    "/events/:event/scan",
    "/overview/:unit",
    "/account",
  ],
  department_officer: [
    "/desk",
    "/confirmations",
    "/registrations",
    "/registrations/import",
    "/look-up",
  ],
  committee_officer: ["/desk", "/registrations", "/events", "/overview/:unit"],
  liaison_officer: ["/desk", "/registrations", "/look-up"],
  supervisor: ["/desk", "/registrations", "/events"],
  administrator: [
    "/desk",
    "/units",
    "/units/new",
    "/units/:unit",
    "/accounts",
    "/accounts/new",
  ],
};

for (const [role, paths] of Object.entries(SCREENS))
  test(`the screens of a ${role.replace("_", " ")}`, async ({
    page,
    request,
    demo,
  }) => {
    test.setTimeout(240_000);
    const branch = await Branch.signIn(request, demo);
    const found = await branch.get<{
      items: { id: string; card: { number: string } | null }[];
    }>("/registrations?status=active&limit=50");
    const holder = found.items.find(({ card }) => card);
    await signIn(page, demo, role);
    for (const path of paths) {
      const address = path
        .replace(":registration", holder?.id ?? "")
        .replace(":card", holder?.card?.number ?? "")
        .replace(":event", demo.event_id)
        .replace(
          ":unit",
          demo.login(role).unit_id ?? demo.login("branch_secretary").unit_id,
        );
      await page.goto(address);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.getByText("正在读取")).toHaveCount(0);
      await expect(page.getByText("再试一次")).toHaveCount(0);
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
      if (page.viewportSize()?.width === 390) {
        await page.setViewportSize({ width: 360, height: 640 });
        await expectNoSidewaysScroll(page);
        await expectFocusInSight(page);
        await page.setViewportSize({ width: 390, height: 844 });
      }
    }
  });

test("a wrong password says so, and a stranger is sent to sign in", async ({
  page,
}) => {
  await page.goto("/registrations");
  await page.waitForURL(/sign-in\?next=/);
  await expectAccessible(page);
  await page.getByLabel("用户名").fill("nobody.at.all");
  await page.getByLabel("密码", { exact: true }).fill("not the password");
  await page.getByRole("button", { name: "登录" }).click();
  await expect(page.getByRole("alert")).toContainText("请再核对一遍");
});

test("a printed card is checked in at the door, and its holder is to be looked at", async ({
  page,
  request,
  demo,
}) => {
  const branch = await Branch.signIn(request, demo);
  const { id, holder: person } = await aMeeting(branch, demo);
  await signIn(page, demo, "branch_secretary");
  await page.goto(`/events/${id}/scan`);
  const picture = await branch.file(`/cards/${person.card.number}/qr.png`);
  await page.locator("input[type=file]").setInputFiles({
    name: "card.png",
    mimeType: "image/png",
    buffer: picture,
  });
  const sign = page.getByRole("status").filter({ hasText: "签到成功" });
  await expect(sign).toContainText(person.member.name, { timeout: 15_000 });
  await expect(sign).toContainText("请核对本人");
  await expectAccessible(page);
});

test("whoever has no phone is picked by name, with a reason", async ({
  page,
  request,
  demo,
}) => {
  const branch = await Branch.signIn(request, demo);
  const { id, holder: person } = await aMeeting(branch, demo);
  await signIn(page, demo, "branch_secretary");
  await page.goto(`/events/${id}/scan`);
  await page.getByRole("button", { name: "按姓名签到" }).click();
  await page.getByLabel("输入姓名查找").fill(person.member.name);
  await expectAccessible(page);
  await page
    .getByRole("button", { name: person.member.name, exact: true })
    .first()
    .click();
  await page.getByRole("button", { name: "记为到场" }).click();
  await expect(page.getByText("请写明原因")).toBeVisible();
  await page.getByRole("button", { name: "没带手机" }).click();
  await page.getByRole("button", { name: "记为到场" }).click();
  await expect(
    page.getByRole("status").filter({ hasText: "签到成功" }),
  ).toContainText(person.member.name);
});

test(
  "an officer finds every step of a list by keyboard",
  { tag: "@desktop" },
  async ({ page, demo }) => {
    await signIn(page, demo, "branch_secretary");
    await page.goto("/registrations/new");
    await expect(page.getByLabel("姓名")).toBeVisible();
    await page.getByLabel("姓名").focus();
    await page.keyboard.press("Enter");
    await expect(page.getByLabel("姓名")).toBeFocused();
    await expect(page.getByLabel("姓名")).toHaveAttribute(
      "aria-invalid",
      "true",
    );
  },
);

test(
  "a name of one long word is broken where it would be wider than the phone",
  { tag: "@phone" },
  async ({ page, request, demo }) => {
    const branch = await Branch.signIn(request, demo);
    const now = Date.now();
    const event = await branch.post<{ id: string }>("/events", {
      unit_id: demo.login("branch_secretary").unit_id,
      kind: "lecture",
      title: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk",
      starts_at: new Date(now).toISOString(),
      ends_at: new Date(now + 3_600_000).toISOString(),
    });
    await page.setViewportSize({ width: 360, height: 640 });
    await signIn(page, demo, "branch_secretary");
    for (const path of ["", "/code", "/scan", "/review"]) {
      await page.goto(`/events/${event.id}${path}`);
      await expect(page.getByText(/Donaudampf/).first()).toBeVisible();
      await expectNoSidewaysScroll(page);
    }
    for (const path of ["/desk", "/events"]) {
      await page.goto(path);
      await expect(page.getByText(/Donaudampf/).first()).toBeVisible();
      await expectNoSidewaysScroll(page);
    }
    // It is not to stand on the screens of the tests that follow.
    await branch.post(`/events/${event.id}/cancel`, { reason: "测试" });
  },
);
