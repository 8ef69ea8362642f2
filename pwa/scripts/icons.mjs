// Draws the PNG icons from the two SVG files, with the Chromium that the browser tests use.
import { readFileSync } from 'node:fs'
import { chromium } from '@playwright/test'

const SIZES = [
  ['goose.svg', 'icon-192.png', 192],
  ['goose.svg', 'icon-512.png', 512],
  ['goose-maskable.svg', 'maskable-512.png', 512],
  ['goose-maskable.svg', 'apple-touch-icon.png', 180],
]

const browser = await chromium.launch({
  executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
const page = await browser.newPage()
for (const [source, target, size] of SIZES) {
  const svg = readFileSync(`public/icons/${source}`).toString('base64')
  await page.setViewportSize({ width: size, height: size })
  await page.setContent(
    `<style>body{margin:0}img{display:block;width:${size}px}</style><img src="data:image/svg+xml;base64,${svg}">`,
  )
  await page.screenshot({ path: `public/icons/${target}`, omitBackground: true })
}
await browser.close()
