/** Steps that the members' tests share: what a branch does at its desk, by the API, so that the pages tested are the member's. */
import { expect, type APIRequestContext, type Page } from "@playwright/test";
import type { Demo, Login } from "./demo";
import { someoneNew } from "./officer";

interface Registration {
  id: string;
  member: { id: string; name: string };
  host: { id: string };
  card: { number: string; status: string } | null;
}

interface IssuedCard {
  number: string;
  status: string;
}

/** The branch secretary of the demo, by the API. */
export class Branch {
  private constructor(
    private readonly request: APIRequestContext,
    private readonly token: string,
    private readonly demo: Demo,
  ) {}

  static async signIn(
    request: APIRequestContext,
    demo: Demo,
    { username, password }: Login = demo.login("branch_secretary"),
  ): Promise<Branch> {
    const answer = await request.post("/api/v1/sessions", {
      data: { username, password },
    });
    expect(answer.ok(), await answer.text()).toBe(true);
    return new Branch(
      request,
      ((await answer.json()) as { access_token: string }).access_token,
      demo,
    );
  }

  /** A new member of this branch: registered, confirmed by the department, with a good card and no phone yet. */
  async someone(): Promise<Registration & { card: IssuedCard }> {
    const department = this.demo.login("department_officer");
    const filed = await this.post<{ id: string }>("/registrations", {
      filed_by: "host",
      home_unit_id: department.unit_id,
      host_unit_id: this.demo.login("branch_secretary").unit_id,
      flow_reason: "employment",
      started_on: "2026-03-01",
      person: newcomer(),
      consent: { version: "1", given_on: "2026-03-01" },
    });
    const officer = await Branch.signIn(this.request, this.demo, department);
    const registration = await officer.post<Registration>(
      `/registrations/${filed.id}/confirm`,
      {},
    );
    const card = await this.post<IssuedCard>(
      `/registrations/${filed.id}/cards`,
      {},
    );
    return { ...registration, card };
  }

  /** A one-time link, as the secretary shows it. */
  async activation(cardNumber: string): Promise<string> {
    return (
      await this.post<{ url: string }>(`/cards/${cardNumber}/activations`, {})
    ).url;
  }

  /** What the screen shows now. */
  async eventCode(printed = false): Promise<string> {
    const path = `/events/${this.demo.event_id}/code?printed=${printed}`;
    return (await this.get<{ url: string }>(path)).url;
  }

  async get<T>(path: string): Promise<T> {
    return this.answer(
      await this.request.get(`/api/v1${path}`, { headers: this.headers }),
    );
  }

  async post<T>(path: string, data: unknown): Promise<T> {
    return this.answer(
      await this.request.post(`/api/v1${path}`, {
        headers: this.headers,
        data,
      }),
    );
  }

  /** A picture, such as a printed code. */
  async file(path: string): Promise<Buffer> {
    const response = await this.request.get(`/api/v1${path}`, {
      headers: this.headers,
    });
    expect(response.ok(), response.url()).toBe(true);
    return response.body();
  }

  private get headers() {
    return { authorization: `Bearer ${this.token}` };
  }

  private async answer<T>(
    response: Awaited<ReturnType<APIRequestContext["get"]>>,
  ): Promise<T> {
    expect(response.ok(), `${response.url()} ${await response.text()}`).toBe(
      true,
    );
    return (await response.json()) as T;
  }
}

/** Opens the link on this phone and binds it. */
export async function bind(page: Page, link: string): Promise<void> {
  await page.goto(pathOf(link));
  await page.getByRole("button", { name: "绑定这部手机" }).click();
  await page.waitForURL("**/card");
}

/** The links carry the public address; the browser of a test knows the server by its own. */
export function pathOf(link: string): string {
  const { pathname, hash } = new URL(link);
  return pathname + hash;
}

/** What a secretary types in about somebody new; birth date and gender stand in the ID number. */
function newcomer() {
  const { name, idNumber, phone } = someoneNew();
  const born = idNumber.slice(6, 14);
  return {
    name,
    gender: Number(idNumber[16]) % 2 === 1 ? "male" : "female",
    birth_date: `${born.slice(0, 4)}-${born.slice(4, 6)}-${born.slice(6)}`,
    id_number: idNumber,
    phone,
    joined_on: "2015-07-01",
    membership: "full",
    retired: false,
    employer: null,
    address: null,
  };
}
