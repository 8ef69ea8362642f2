import { writeFileSync } from "node:fs";
import { chromium } from "@playwright/test";
import { expect, expectAccessible, test } from "./support/demo";
import { bind, Branch } from "./support/member";
import { photograph } from "./support/picture";

test("the scanner finds the code of the screen in the picture of the camera, and checks in", async ({
  browser,
  request,
  demo,
  launchOptions,
}, info) => {
  const branch = await Branch.signIn(request, demo);
  const person = await branch.someone();
  const code = await branch.eventCode(true);
  // A hand is never still: one frame may be too tilted to read, the next is not.
  const frames = [];
  for (const tilt of [24, 12, 0])
    frames.push(await photograph(browser, code, 360, tilt));
  const film = info.outputPath("screen.mjpeg");
  writeFileSync(film, Buffer.concat(frames));

  const phone = await chromium.launch({
    ...launchOptions,
    args: [
      ...(launchOptions.args ?? []),
      `--use-file-for-fake-video-capture=${film}`,
    ],
  });
  const page = await phone.newPage({
    baseURL: demo.url,
    locale: "zh-CN",
    viewport: { width: 390, height: 844 },
  });
  await bind(page, await branch.activation(person.card.number));
  await page.getByRole("link", { name: "签到" }).click();
  await expect(page.getByText("签到成功")).toBeVisible({ timeout: 15_000 });
  await phone.close();
});

test("where the camera is refused, a photo of the code does", async ({
  page,
  context,
  browser,
  request,
  demo,
}) => {
  const branch = await Branch.signIn(request, demo);
  await bind(
    page,
    await branch.activation((await branch.someone()).card.number),
  );
  await context.clearPermissions();
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () =>
      Promise.reject(new DOMException("refused", "NotAllowedError"));
  });
  await page.goto("/scan");
  await expect(page.getByText("没有相机权限")).toBeVisible();
  await expectAccessible(page);

  const choose = (picture: Buffer) =>
    page.getByLabel("改用拍照识别").setInputFiles({
      name: "photo.jpg",
      mimeType: "image/jpeg",
      buffer: picture,
    });
  await choose(await photograph(browser, "https://example.com/menu"));
  await expect(page.getByText("这不是归雁的二维码")).toBeVisible();
  await choose(await photograph(browser, await branch.eventCode(true)));
  await expect(page.getByText("签到成功")).toBeVisible({ timeout: 15_000 });
});
