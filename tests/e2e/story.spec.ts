/** The five-minute story, told once through by four people: branch, department, member, and the branch again. */
import { expect, expectAccessible, test } from "./support/demo";
import { pathOf } from "./support/member";
import { aHomeBranch, beside, signIn, someoneNew } from "./support/officer";

// A secretary holds a phone; once is enough.
test(
  "register, confirm, issue, activate, meet, check in, look up",
  { tag: "@phone" },
  async ({ page: secretary, browser, request, demo }) => {
    test.setTimeout(180_000);
    const person = someoneNew();
    const home = await aHomeBranch(request, demo);

    // The branch registers, in three steps.
    await signIn(secretary, demo, "branch_secretary");
    await secretary.getByRole("link", { name: "登记党员" }).click();
    await secretary.getByRole("button", { name: "下一步" }).click();
    await expect(secretary.getByText("请填写这一项").first()).toBeVisible();
    await expectAccessible(secretary);
    await secretary.getByLabel("姓名").fill(person.name);
    await secretary.getByLabel("身份证号").fill(person.idNumber);
    await expect(secretary.getByText(/出生 · [男女]/)).toBeVisible();
    await secretary.getByLabel("手机号码").fill(person.phone);
    await secretary.getByLabel("入党日期").fill("2012-07-01");
    await secretary.getByRole("button", { name: "下一步" }).click();
    await secretary.getByLabel(/流出地/).fill(home);
    await secretary
      .getByRole("option", { name: new RegExp(`^${home}`) })
      .first()
      .click();
    await secretary.getByLabel("流动原因").selectOption("employment");
    await expectAccessible(secretary);
    await secretary.getByRole("button", { name: "下一步" }).click();
    await secretary.getByLabel("本人已阅读上述内容并同意").check();
    await expectAccessible(secretary);
    await secretary.getByRole("button", { name: "提交登记" }).click();
    await expect(secretary.getByText("登记已提交")).toBeVisible();
    await expectAccessible(secretary);

    // The department, whose member this is, confirms.
    const department = await beside(browser, demo, 1440, 900);
    await signIn(department, demo, "department_officer");
    await department.getByRole("link", { name: "确认", exact: true }).click();
    const pending = department
      .getByRole("article")
      .filter({ hasText: person.name });
    await pending.getByRole("button", { name: "显示身份证号" }).click();
    await expect(pending.getByText(person.idNumber)).toBeVisible();
    await expectAccessible(department);
    await pending.getByRole("button", { name: "确认是我们的党员" }).click();
    await expect(pending).toHaveCount(0);

    // The branch issues the card and holds its code towards the member's phone.
    await secretary.getByRole("link", { name: "查看这份登记" }).click();
    await secretary.getByRole("link", { name: "发证" }).click();
    await secretary.getByRole("button", { name: "发证" }).click();
    await expect(
      secretary.getByRole("img", { name: "激活二维码" }),
    ).toBeVisible();
    await expectAccessible(secretary);
    const link = await secretary.getByText(/\/a#/).innerText();

    const member = await beside(browser, demo, 390, 844);
    await member.goto(pathOf(link));
    await member.getByRole("button", { name: "绑定这部手机" }).click();
    await member.waitForURL("**/card");
    await expect(member.getByRole("article")).toContainText(person.name);
    await expect(secretary.getByText("手机已绑定")).toBeVisible({
      timeout: 15_000,
    });
    await secretary.getByRole("button", { name: "完成" }).click();
    await expect(secretary.getByRole("heading", { level: 1 })).toContainText(
      person.name,
    );

    // An event, made with two presses, and its code on the screen.
    await secretary.getByRole("link", { name: "活动" }).click();
    await secretary.getByRole("link", { name: "新建活动" }).click();
    const title = `集中学习 ${person.name}`;
    await secretary.getByLabel("名称").fill(title);
    await secretary.getByRole("button", { name: "建好活动" }).click();
    await expect(
      secretary.getByRole("heading", { level: 1, name: title }),
    ).toBeVisible();
    await secretary.getByRole("link", { name: "投出签到码" }).click();
    const code = secretary.getByRole("img", { name: /签到二维码/ });
    await expect(code).toBeVisible();
    await expectAccessible(secretary);

    // The member reads it off the screen, with the scanner's photo fallback, and is on the wall at once.
    const seen = await code.screenshot({ type: "png" });
    await member.goto("/scan");
    await member.locator("input[type=file]").setInputFiles({
      name: "screen.png",
      mimeType: "image/png",
      buffer: seen,
    });
    await expect(member.getByText("签到成功")).toBeVisible({ timeout: 15_000 });
    const wall = secretary.getByRole("region", { name: "刚刚到的" });
    await expect(wall.getByText(person.name)).toBeVisible();

    await secretary.keyboard.press("Escape");
    const row = secretary
      .getByRole("listitem")
      .filter({ hasText: person.name });
    await expect(row).toContainText("已签到");

    // The department looks the member up, and says what for.
    await department.getByRole("link", { name: "查询" }).click();
    await department.getByRole("combobox").fill(person.name);
    await department.getByRole("button", { name: "查找" }).click();
    await department.getByRole("button", { name: "查询状态" }).first().click();
    await department.getByRole("button", { name: "年审核对" }).click();
    await expectAccessible(department);
    await department
      .getByRole("dialog")
      .getByRole("button", { name: "查询", exact: true })
      .click();
    await expect(department.getByText(title).first()).toBeVisible();
    await expect(department.getByText("流入地联系人")).toBeVisible();
    await expectAccessible(department);
  },
);
