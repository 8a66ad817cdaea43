/** Takes the pictures of the README from the sandbox and from a conversation in Teams, as it is now, in a real browser: `npm run pictures`. */
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator } from 'playwright-core';
import { Window } from '../test/browser/seat';
import { ask, openTicketAtOnce, QUESTION, talk } from '../test/browser/story';
import { launchBrowser } from '../test/support/browser';
import { startBuiltSandbox } from '../test/support/built-sandbox';
import { shootTeams } from './teams-picture';

const FOLDER = join('docs', 'pictures');
/** So that a page with all of them still opens quickly. */
const LIMIT_BYTES = 350 * 1024;

async function takePictures(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const sandbox = await startBuiltSandbox();
  const browser = await launchBrowser();
  try {
    const window = await Window.open(browser, sandbox.url);
    const number = await play(window);
    await leave(window);
    await window.shoot(pathOf('sandbox'));
    await shootAgain(browser, sandbox.url, number);
    await shootTeams(browser, pathOf('teams'));
  } finally {
    await browser.close();
    await sandbox.stop();
  }
}

/** A lively moment: a ticket in work, a question just answered, the manager's morning. @returns the ticket's number */
async function play(window: Window): Promise<string> {
  const number = await openTicketAtOnce(window, {
    Summary: 'Screen in meeting room Oslo stays black',
    Details: 'Our client meeting starts at 11. The cable is in, the remote does nothing.',
    Priority: 'My team, work has stopped',
  });
  await window.agent.press(number, 'Claim');
  await window.nora.sees(number, 'Anna Kowalska is working on it.');
  await talk(window, number, 'On my way. Is the small light on the left side on?', 'Yes, it is red.');
  await ask(window);
  await window.tomorrow();
  await window.mark.sees('Waiting longest');
  return number;
}

/** The same in the dark, where private messages are still in sight; and three of its parts, large enough to read. */
async function shootAgain(browser: Browser, url: string, number: string): Promise<void> {
  const dark = await Window.open(browser, url, { colorScheme: 'dark' });
  await leave(dark);
  await dark.shoot(pathOf('sandbox-dark'));
  await dark.close();
  const sharp = await Window.open(browser, url, { deviceScaleFactor: 2, viewport: { width: 1500, height: 1400 } });
  await leave(sharp);
  await shootPart(sharp.nora.message(QUESTION), 'answer');
  await shootPart(sharp.agent.thread(number), 'ticket');
  await shootPart(sharp.mark.message('Waiting longest'), 'summary');
  await sharp.close();
}

async function shootPart(part: Locator, name: string): Promise<void> {
  await part.screenshot({ path: pathOf(name), animations: 'disabled', caret: 'hide' });
}

/** Takes the pointer and the focus away from everything. */
async function leave({ page }: Window): Promise<void> {
  await page.getByRole('heading', { level: 1 }).click();
}

function pathOf(name: string): string {
  return join(FOLDER, `${name}.png`);
}

function checkSizes(): void {
  for (const name of ['sandbox', 'sandbox-dark', 'answer', 'ticket', 'summary', 'teams']) {
    const { size } = statSync(pathOf(name));
    process.stdout.write(`${pathOf(name)}  ${Math.round(size / 1024)} KB\n`);
    if (size > LIMIT_BYTES) throw new Error(`${pathOf(name)} is larger than ${LIMIT_BYTES / 1024} KB.`);
  }
}

takePictures()
  .then(checkSizes)
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
