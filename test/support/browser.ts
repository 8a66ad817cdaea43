/** A real browser for the tests of the page: Chromium, wherever this computer has it. */
import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** No sandbox, since tests also run as root in a container; and no request of the browser's own. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const NO_BROWSER = `There is no Chromium: set CHROMIUM_PATH, or install one of ${PLACES.join(', ')}.`;

/** @returns the path of Chromium; null when there is none, or when CHROMIUM_PATH names a file that is not there. */
export function browserPath(): string | null {
  const named = process.env.CHROMIUM_PATH;
  const places = named === undefined || named === '' ? PLACES : [named];
  return places.find((path) => existsSync(path)) ?? null;
}

/** @throws Error when there is no browser */
export function openBrowser(): Promise<Browser> {
  const executablePath = browserPath();
  if (executablePath === null) throw new Error(NO_BROWSER);
  return chromium.launch({ executablePath, args: ARGS });
}
