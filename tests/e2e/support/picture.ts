/** Pictures of codes, as a camera would see them: a screen at some distance, a little turned. */
import type { Browser } from "@playwright/test";
import { correction, generate } from "lean-qr";
import decodeQR from "qr/decode.js";

function draw(text: string): string {
  const code = generate(text, {
    minCorrectionLevel: correction.L,
    maxCorrectionLevel: correction.L,
  });
  let path = "";
  for (let y = 0; y < code.size; y++)
    for (let x = 0; x < code.size; x++)
      if (code.get(x, y)) path += `M${x + 4} ${y + 4}h1v1h-1z`;
  const size = code.size + 8;
  return `<svg viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">
    <rect width="100%" height="100%" fill="#fff" /><path d="${path}" /></svg>`;
}

/** One frame of 1280 × 720, as a JPEG; `tilt` in degrees. */
export async function photograph(
  browser: Browser,
  text: string,
  width = 360,
  tilt = 10,
): Promise<Buffer> {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 720 },
  });
  await page.setContent(`<style>
    body { margin: 0; height: 720px; display: grid; place-items: center; background: #6b6b70; perspective: 900px }
    svg { width: ${width}px; transform: rotateY(${tilt}deg) rotate(${tilt / 3}deg); filter: blur(0.6px) brightness(0.9) }
  </style>${draw(text)}`);
  const picture = await page.screenshot({ type: "jpeg", quality: 80 });
  await page.close();
  return picture;
}

/** The text of the code in a picture. */
export async function readCode(
  browser: Browser,
  picture: Buffer,
): Promise<string> {
  const page = await browser.newPage();
  const { width, height, pixels } = await page.evaluate(
    async (source) => {
      const image = await createImageBitmap(await (await fetch(source)).blob());
      const { width, height } = image;
      const context = new OffscreenCanvas(width, height).getContext("2d")!;
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, width, height);
      const text = Array.from(data, (byte) => String.fromCharCode(byte));
      return { width, height, pixels: btoa(text.join("")) };
    },
    `data:image/png;base64,${picture.toString("base64")}`,
  );
  await page.close();
  return decodeQR({ width, height, data: Buffer.from(pixels, "base64") });
}
