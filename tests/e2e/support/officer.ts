/** Officers at their screens, and synthetic people for them to register. */
import {
  expect,
  type APIRequestContext,
  type Browser,
  type Page,
} from "@playwright/test";
import type { Demo } from "./demo";
import type { Branch } from "./member";

/** A page on which an officer of the role has signed in by the form. */
export async function signIn(
  page: Page,
  demo: Demo,
  who: string,
): Promise<void> {
  const { username, password } = demo.login(who);
  await page.goto("/sign-in");
  await page.getByLabel("用户名").fill(username);
  await page.getByLabel("密码", { exact: true }).fill(password);
  await page.getByRole("button", { name: "登录" }).click();
  await page.waitForURL("**/desk");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
}

/** Another person beside the one of the test, each with a browser of their own. */
export async function beside(
  browser: Browser,
  demo: Demo,
  width: number,
  height: number,
): Promise<Page> {
  const context = await browser.newContext({
    baseURL: demo.url,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    viewport: { width, height },
  });
  return context.newPage();
}

/** The name of a branch below the department whose officer confirms. */
export async function aHomeBranch(
  request: APIRequestContext,
  demo: Demo,
): Promise<string> {
  const { username, password } = demo.login("department_officer");
  const session = (await (
    await request.post("/api/v1/sessions", { data: { username, password } })
  ).json()) as { access_token: string };
  const answer = await request.get(
    "/api/v1/registrations?status=active&limit=1",
    {
      headers: { authorization: `Bearer ${session.access_token}` },
    },
  );
  const { items } = (await answer.json()) as {
    items: { home: { name: string } }[];
  };
  const [found] = items;
  if (!found) throw new Error("the department of the demo has no members");
  return found.home.name;
}

interface Holder {
  member: { id: string; name: string };
  card: { number: string };
}

/** A meeting of its own for one test, and a holder of a good card who is expected at it. */
export async function aMeeting(
  branch: Branch,
  demo: Demo,
): Promise<{ id: string; holder: Holder }> {
  const unit = demo.login("branch_secretary").unit_id;
  const hour = 3_600_000;
  const { id } = await branch.post<{ id: string }>("/events", {
    unit_id: unit,
    kind: "lecture",
    title: "党课",
    starts_at: new Date(Date.now()).toISOString(),
    ends_at: new Date(Date.now() + hour).toISOString(),
    audience: "unit",
  });
  const { items } = await branch.get<{
    items: (Holder & { card: { status: string } | null })[];
  }>(`/registrations?status=active&host=${unit}&limit=200`);
  const holder = items.find(({ card }) => card?.status === "active");
  if (!holder) throw new Error("nobody of the branch holds a good card");
  return { id, holder };
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const FAMILY = [..."赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"];
const GIVEN = [..."安邦成德恩方光海嘉宁庆荣善泰文祥"];

/** A region code that was never assigned, and a check character that holds. */
export function someoneNew(): {
  name: string;
  idNumber: string;
  phone: string;
} {
  const pick = (from: string[]) =>
    from[Math.floor(Math.random() * from.length)] as string;
  const digits = (count: number) =>
    String(Math.floor(Math.random() * 10 ** count)).padStart(count, "0");
  const body = `99${digits(4)}19${60 + Math.floor(Math.random() * 35)}0${1 + Math.floor(Math.random() * 9)}1${digits(1)}${digits(3)}`;
  const sum = WEIGHTS.reduce(
    (total, weight, at) => total + weight * Number(body[at]),
    0,
  );
  return {
    name: pick(FAMILY) + pick(GIVEN) + pick(GIVEN),
    idNumber: body + "10X98765432"[sum % 11],
    phone: `139${digits(8)}`,
  };
}
