/** A real browser for tests: found on this machine, or skipped with a word; on CI a missing one is a failure. */
import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';

const PLACES = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where Chromium is; null when there is none. */
const CHROMIUM = PLACES.find((path) => path !== undefined && path !== '' && existsSync(path)) ?? null;

const MISSING = 'No Chromium found: install one, or set CHROMIUM_PATH to it.';

/** `describe`, but without a browser skipped with a message, or, when `CI` is set, one failing test that says why. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (CHROMIUM !== null) return describe(name, tests);
  if (process.env.CI !== undefined && process.env.CI !== '' && process.env.CI !== 'false') {
    describe(name, () => {
      it('needs a browser', () => {
        throw new Error(MISSING);
      });
    });
    return;
  }
  process.stderr.write(`${name}: skipped. ${MISSING}\n`);
  describe.skip(`${name} (skipped: ${MISSING})`, tests);
}

/** Makes no connection of its own: what the tests see it ask for is what the page asks for. */
export function launchBrowser(): Promise<Browser> {
  if (CHROMIUM === null) throw new Error(MISSING);
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
