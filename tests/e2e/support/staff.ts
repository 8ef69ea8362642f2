/** A meeting, those who come to it, and the staff phones at its door. */
import {
  expect,
  type APIRequestContext,
  type Browser,
  type Page,
} from "@playwright/test";
import type { Demo } from "./demo";
import { Branch } from "./member";
import { signIn } from "./officer";
import type { Phone } from "./phone";
import { readCode } from "./picture";

export interface Guest {
  id: string;
  name: string;
  number: string;
  /** The address in the code of the printed card. */
  code: string;
  /** The same as a picture. */
  picture: Buffer;
}

/** Members of the branch with good cards, who are expected. */
export async function guests(
  branch: Branch,
  browser: Browser,
  count: number,
): Promise<Guest[]> {
  const found: Guest[] = [];
  for (let n = 0; n < count; n++) {
    const { member, card } = await branch.someone();
    const { number } = card;
    const picture = await branch.file(`/cards/${number}/qr.png`);
    const code = await readCode(browser, picture);
    found.push({ ...member, number, code, picture });
  }
  return found;
}

/** The printed code of somebody who is not expected here. */
export async function aCardFromElsewhere(
  request: APIRequestContext,
  demo: Demo,
): Promise<Buffer> {
  const officer = await Branch.signIn(
    request,
    demo,
    demo.login("department_officer"),
  );
  const { items } = await officer.get<{
    items: {
      host: { id: string };
      card: { number: string; status: string } | null;
    }[];
  }>("/registrations?status=active&limit=200");
  const here = demo.login("branch_secretary").unit_id;
  const found = items.find(
    ({ host, card }) => host.id !== here && card?.status === "active",
  );
  if (!found?.card) throw new Error("everybody is here");
  return officer.file(`/cards/${found.card.number}/qr.png`);
}

export async function meeting(branch: Branch, demo: Demo): Promise<string> {
  const { id } = await branch.post<{ id: string }>("/events", {
    unit_id: demo.login("branch_secretary").unit_id,
    kind: "lecture",
    title: "没有网络的党课",
    starts_at: new Date().toISOString(),
    ends_at: new Date(Date.now() + 3_600_000).toISOString(),
    audience: "unit",
  });
  return id;
}

/** Signs in and opens the event while there is network; the rest happens by itself. */
export async function getReady(
  phone: Phone,
  demo: Demo,
  eventId: string,
): Promise<void> {
  const pack = phone.page.waitForResponse("**/offline-pack");
  await signIn(phone.page, demo, "branch_secretary");
  await phone.page.goto(`/events/${eventId}`);
  expect((await pack).status()).toBe(200);
  await phone.installed();
  await expect.poll(() => packs(phone.page)).toBeGreaterThan(0);
}

/** How many packs this phone keeps. */
export function packs(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open("guiyan-offline-packs");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const { result } = opening;
          if (!result.objectStoreNames.contains("rows")) return resolve(0);
          const counting = result
            .transaction("rows")
            .objectStore("rows")
            .count();
          counting.onsuccess = () => resolve(counting.result);
          result.close();
        };
      }),
  );
}

/** The large sign of the desk. */
export const sign = (page: Page, text: string) =>
  page.getByRole("status").filter({ hasText: text });

/** The line of a person in the list of scans. */
export const line = (page: Page, name: string) =>
  page
    .getByRole("list", { name: "刚才的扫码" })
    .getByRole("listitem")
    .filter({ hasText: name });

/** How many scans of the event the desk lists. */
export const scans = (page: Page): Promise<number> =>
  page.getByRole("list", { name: "刚才的扫码" }).getByRole("listitem").count();

/** Shows a picture to the desk, where the camera does not see it. */
export async function show(page: Page, picture: Buffer): Promise<void> {
  const [png, jpeg] = ["image/png", "image/jpeg"];
  await page.locator("input[type=file]").setInputFiles({
    name: "card",
    mimeType: picture[0] === 0x89 ? png : jpeg,
    buffer: picture,
  });
}

export async function pickByName(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "按姓名签到" }).click();
  await page.getByLabel("输入姓名查找").fill(name);
  await page.getByRole("button", { name, exact: true }).first().click();
  await page.getByRole("button", { name: "没带手机" }).click();
  await page.getByRole("button", { name: "记为到场" }).click();
}

interface Attendance {
  items: { member: { id: string }; outcome: string; method: string }[];
  counts: { present: number };
}

/** Everybody of these is in, and nobody else. */
export async function expectAllIn(
  branch: Branch,
  eventId: string,
  people: { id: string }[],
): Promise<void> {
  const { items, counts } = await branch.get<Attendance>(
    `/events/${eventId}/attendance`,
  );
  const present = items.filter(({ outcome }) => outcome === "present");
  expect(present.map(({ member }) => member.id).sort()).toEqual(
    people.map(({ id }) => id).sort(),
  );
  expect(counts.present).toBe(people.length);
}

/** Every scan has arrived, each once. */
export async function attempts(
  branch: Branch,
  eventId: string,
): Promise<{ verdict: string; by: { station: string | null } }[]> {
  const path = `/events/${eventId}/attempts?limit=200`;
  return (
    await branch.get<{
      items: { verdict: string; by: { station: string | null } }[];
    }>(path)
  ).items;
}
