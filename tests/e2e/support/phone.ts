/** A phone with storage of its own, so that its browser can be started anew, and its network be taken away. */
import { writeFileSync } from "node:fs";
import {
  chromium,
  type BrowserContext,
  type LaunchOptions,
  type Page,
  type TestInfo,
} from "@playwright/test";
import type { Demo } from "./demo";

export class Phone {
  context!: BrowserContext;
  page!: Page;

  private constructor(
    private readonly folder: string,
    private readonly demo: Demo,
    private readonly options: LaunchOptions,
    private readonly film: string | undefined,
  ) {}

  /** `film`: pictures, one after the other, that its camera sees. */
  static async start(
    info: TestInfo,
    demo: Demo,
    options: LaunchOptions,
    name: string,
    film?: Buffer[],
  ): Promise<Phone> {
    const file = film && info.outputPath(`${name}.mjpeg`);
    if (file) writeFileSync(file, Buffer.concat(film));
    const phone = new Phone(info.outputPath(name), demo, options, file);
    await phone.open();
    return phone;
  }

  private async open(): Promise<void> {
    const camera =
      this.film && `--use-file-for-fake-video-capture=${this.film}`;
    this.context = await chromium.launchPersistentContext(this.folder, {
      ...this.options,
      args: [...(this.options.args ?? []), ...(camera ? [camera] : [])],
      baseURL: this.demo.url,
      locale: "zh-CN",
      timezoneId: "Asia/Shanghai",
      viewport: { width: 390, height: 844 },
    });
    this.page = this.context.pages()[0] ?? (await this.context.newPage());
  }

  /** The application is on the phone: from now on it opens without network. */
  async installed(): Promise<void> {
    await this.page.evaluate(
      async () => void (await navigator.serviceWorker.ready),
    );
  }

  offline = (): Promise<void> => this.context.setOffline(true);
  online = (): Promise<void> => this.context.setOffline(false);

  /** The browser ends and starts again, without network. */
  async restartOffline(): Promise<void> {
    await this.context.close();
    await this.open();
    await this.offline();
  }

  close = (): Promise<void> => this.context.close();
}
