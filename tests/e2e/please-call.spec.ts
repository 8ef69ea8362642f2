/** A silent member: whom to call, what was tried, and what being out of contact takes before it can be set. */
import { expect, expectAccessible, test } from "./support/demo";
import { signIn } from "./support/officer";

interface Silent {
  registration: { id: string; member: { name: string } };
  silence: { months_over: boolean };
}

test(
  "out of contact takes half a year and two attempts, and is undone when the member is reached",
  { tag: "@phone" },
  async ({ page, request, demo }) => {
    const { username, password } = demo.login("department_officer");
    const session = (await (
      await request.post("/api/v1/sessions", { data: { username, password } })
    ).json()) as { access_token: string };
    const answer = await request.get("/api/v1/please-call?limit=200", {
      headers: { authorization: `Bearer ${session.access_token}` },
    });
    const { items } = (await answer.json()) as { items: Silent[] };
    const silent = items.find(({ silence }) => silence.months_over);
    if (!silent) throw new Error("nobody of the demo is silent for six months");
    const { id, member } = silent.registration;

    await signIn(page, demo, "department_officer");
    await page.goto(`/registrations/${id}`);
    const panel = page.locator("section", { hasText: "记为失联的条件" }).last();
    await expect(panel).toContainText("已满 6 个月没有参加组织生活");
    await expect(panel).toContainText("还差 2 次");
    await expect(panel.getByRole("button")).toHaveCount(0);

    await page.goto("/desk");
    await page.getByRole("link", { name: /请联系/ }).click();
    const card = page.getByRole("article").filter({ hasText: member.name });
    await expect(card).toContainText("还没有人联系过");
    for (const outcome of ["无人接听", "号码不对"]) {
      await card.getByRole("button", { name: "记一次联系" }).click();
      await page.getByLabel("结果").selectOption({ label: outcome });
      await page.getByRole("button", { name: "保存" }).click();
      await expect(card).toContainText(`电话：${outcome}`);
    }
    await expectAccessible(page);

    await card.getByRole("link", { name: "登记详情" }).click();
    await expect(panel).toContainText("条件都已满足");
    await panel.getByRole("button", { name: "记为失联" }).click();
    await page.getByLabel("原因", { exact: true }).fill("两次电话联系不上");
    await page
      .getByRole("dialog")
      .getByRole("button", { name: "记为失联" })
      .click();
    await expect(panel).toHaveCount(0);
    await expect(page.getByText("失联", { exact: true })).toBeVisible();

    await page.getByText("其他办理").click();
    await page.getByRole("button", { name: "恢复在册" }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: "恢复在册" })
      .click();
    await expect(page.getByText("在册", { exact: true })).toBeVisible();
  },
);
