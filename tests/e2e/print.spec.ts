/** What is printed and taken home: the files come out of the browser as they should, on a phone too. */
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect, expectAccessible, test } from "./support/demo";
import { bind, Branch } from "./support/member";
import { signIn } from "./support/officer";

/** Presses a button and answers with the file that it saves. */
async function saved(
  page: Page,
  name: string | RegExp,
): Promise<{ name: string; bytes: Buffer }> {
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name, exact: true }).click(),
  ]);
  return {
    name: file.suggestedFilename(),
    bytes: await readFile(await file.path()),
  };
}

test("a branch prints what it hangs up and lays out", async ({
  page,
  demo,
}) => {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await signIn(page, demo, "branch_secretary");
  await page.goto(`/events/${demo.event_id}`);
  const files = [await saved(page, "签到海报"), await saved(page, "签到表")];
  await page.goto(`/overview/${demo.login("branch_secretary").unit_id}`);
  files.push(
    await saved(page, /^打印全部证件/),
    await saved(page, "流动党员报到海报"),
  );
  await expect(page.getByText("已保存 1 个文件")).toBeVisible();
  await expectAccessible(page);
  expect(files.map(({ name }) => name)).toEqual([
    "签到海报.pdf",
    "签到表.pdf",
    "证件-1.pdf",
    "报到海报.pdf",
  ]);
  for (const { bytes } of files)
    expect(bytes.subarray(0, 5).toString()).toBe("%PDF-");
  expect(complaints).toEqual([]);
});

test("a member takes everything held about them, and reads who printed the sheet", async ({
  page,
  request,
  demo,
}) => {
  const branch = await Branch.signIn(request, demo);
  const person = await branch.someone();
  await bind(page, await branch.activation(person.card.number));
  await branch.file(`/events/${demo.event_id}/sign-in-sheet.pdf`);
  await page.goto("/my-data");
  const pdf = await saved(page, "PDF（阅读、打印）");
  expect([pdf.name, pdf.bytes.subarray(0, 5).toString()]).toEqual([
    "我的全部数据.pdf",
    "%PDF-",
  ]);
  const json = await saved(page, "JSON（给程序用）");
  const data = JSON.parse(json.bytes.toString()) as {
    person: { name: string };
    cards: { card: { number: string } }[];
  };
  expect([data.person.name, data.cards[0]?.card.number]).toEqual([
    person.member.name,
    person.card.number,
  ]);
  await page.goto("/access-log");
  await expect(page.getByText("打印签到表").first()).toBeVisible();
});
