/** Draws the icons of the Teams app from their sources, `manifest/teams/*.svg`, in a real browser: `npm run icons`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../test/support/browser';

const FOLDER = join('manifest', 'teams');

/** Side lengths in pixels: https://learn.microsoft.com/microsoft-365/extensibility/schema/root-icons */
const ICONS = { color: 192, outline: 32 } as const;

async function drawIcons(): Promise<void> {
  const browser = await launchBrowser();
  try {
    for (const [name, size] of Object.entries(ICONS)) await draw(browser, name, size);
  } finally {
    await browser.close();
  }
}

async function draw(browser: Browser, name: string, size: number): Promise<void> {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const svg = readFileSync(join(FOLDER, `${name}.svg`), 'utf8');
  await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${svg}`);
  await page.screenshot({ path: join(FOLDER, `${name}.png`), omitBackground: true });
  await page.close();
}

drawIcons().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
