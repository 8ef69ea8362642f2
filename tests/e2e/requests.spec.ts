import {
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  test,
} from "./support/demo";
import { bind, Branch } from "./support/member";
import { beside, signIn } from "./support/officer";

test("a member asks to go home, the branch carries it out, and the member hears of it @phone", async ({
  page,
  browser,
  context,
  request,
  demo,
}) => {
  const branch = await Branch.signIn(request, demo);
  const person = await branch.someone();
  await bind(page, await branch.activation(person.card.number));

  await page.goto("/my-requests");
  await page.getByRole("button", { name: "我要返回" }).click();
  const asking = page.getByRole("dialog", { name: "我要返回" });
  await asking.getByLabel("说明").fill("家里有事");
  await expectAccessible(page);
  await asking.getByRole("button", { name: "提交申请" }).click();
  const mine = page.getByRole("article").filter({ hasText: "我要返回" });
  await expect(mine).toContainText("等待办理");
  await expect(page.getByRole("button", { name: "我要返回" })).toBeDisabled();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);

  const officer = await beside(browser, demo, 390, 844);
  await signIn(officer, demo, "branch_secretary");
  await officer.getByRole("link", { name: /^待办/ }).click();
  await expect(officer.getByRole("heading", { level: 1 })).toHaveText("待办");
  await expectAccessible(officer);
  await officer
    .getByRole("link", { name: `${person.member.name} · 办理申请 · 返回` })
    .click();
  const asked = officer.getByRole("article", { name: person.member.name });
  await expect(asked).toContainText("家里有事");
  await expectAccessible(officer);
  await asked.getByRole("button", { name: "办理", exact: true }).click();
  const dialog = officer.getByRole("dialog");
  await dialog.getByRole("button", { name: "办理", exact: true }).click();
  await expect(asked).toContainText("已办理");
  await officer.goto("/tasks");
  await expect(
    officer.getByRole("link", { name: `${person.member.name} · 办理申请` }),
  ).toHaveCount(0);
  await officer.goto("/notices");
  await expect(
    officer.getByRole("link", { name: `${person.member.name} · 申请返回` }),
  ).toBeVisible();
  await expectAccessible(officer);
  await officer.context().close();

  // The bell has counted; the inbox says what was done, also without network.
  await page.goto("/my-inbox");
  await expect(page.getByText("您的返回申请已办理")).toBeVisible();
  await expectAccessible(page);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByText("您的返回申请已办理")).toBeVisible();
  await expect(page.getByText("现在没有网络")).toBeVisible();
  await context.setOffline(false);
  await page.goto("/my-data");
  await expect(page.getByText("已返回")).toBeVisible();
});
