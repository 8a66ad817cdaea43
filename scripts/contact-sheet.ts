/**
 * Draws every card and form of the product in every state, as Teams and Slack show them, light and dark, in each language:
 * `npm run contact-sheet`, or with other words than plain ones, such as `npm run contact-sheet -- "long hostile"`. The official
 * library draws the Adaptive Cards, the sandbox page's renderer the Block Kit. Pages and pictures land in contact-sheet. A
 * second word draws only what has it in its name: `npm run contact-sheet -- plain article`.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import * as slack from '../bots/slack/block-kit';
import { renderForm as renderModal } from '../bots/slack/modal';
import * as teams from '../bots/teams/adaptive-card';
import { renderForm } from '../bots/teams/form-card';
import type { Card, Form } from '../src/chat/card';
import type { Reader } from '../src/chat/cards/reader';
import { readerOf } from '../src/chat/cards/reader';
import { LANGUAGES } from '../src/domain/person';
import { cardsOf, formsOf, NAMES } from '../test/chat/every-card';
import { WORDS } from '../test/chat/every-ticket';
import { launchBrowser } from '../test/support/browser';

const FOLDER = 'contact-sheet';
/** Nothing listens there: every request is answered here from files. */
const ORIGIN = 'http://contact-sheet.invalid/';
const FILES: Readonly<Record<string, { path: string; type: string }>> = {
  'adaptivecards.js': { path: 'node_modules/adaptivecards/dist/adaptivecards.min.js', type: 'text/javascript' },
  'sheet.css': { path: 'scripts/sheet/sheet.css', type: 'text/css' },
  'teams.js': { path: 'scripts/sheet/teams.js', type: 'text/javascript' },
  'slack.js': { path: 'scripts/sheet/slack.js', type: 'text/javascript' },
  'sandbox/mark.svg': { path: 'sandbox/page/mark.svg', type: 'image/svg+xml' },
  'sandbox/style.css': { path: 'sandbox/page/style.css', type: 'text/css' },
};

/** What is drawn under one name. */
interface Drawing {
  readonly name: string;
  readonly drawn: unknown;
}
type Sections = ReadonlyMap<string, readonly Drawing[]>;

const PLATFORMS = { teams: teamsDrawing, slack: slackDrawing } as const;

async function drawAll(words: string, only: string): Promise<void> {
  const typed = WORDS[words];
  if (typed === undefined) throw new Error(`No such words: ${words}. There are: ${Object.keys(WORDS).join(', ')}`);
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const browser = await launchBrowser();
  try {
    for (const language of LANGUAGES) {
      const reader = readerOf(language, NAMES);
      const wanted = <T>(all: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
        Object.fromEntries(Object.entries(all).filter(([name]) => name.includes(only)));
      const cards = wanted(cardsOf(typed, reader));
      const forms = wanted(formsOf(typed, reader));
      for (const platform of ['teams', 'slack'] as const) {
        const sections = sectionsOf(cards, forms, (what, name) => PLATFORMS[platform](what, name, reader));
        for (const theme of ['light', 'dark'] as const)
          await drawSheet(browser, { platform, language, theme }, sections);
      }
    }
  } finally {
    await browser.close();
  }
}

function isForm(what: Card | Form): what is Form {
  return 'fields' in what;
}

function teamsDrawing(what: Card | Form, name: string, { say }: Reader): unknown {
  if (!isForm(what)) return teams.renderCard(what);
  const text = what.fields.find(({ kind }) => kind === 'text');
  const errors =
    name.endsWith(WRONG) && text !== undefined ? { [text.name]: say('form.too-long', { limit: 100 }) } : {};
  return renderForm(what, { nonce: 'n', fallback: true, errors });
}

function slackDrawing(what: Card | Form): unknown {
  return isForm(what) ? renderModal(what, null) : slack.renderCard(what);
}

const WRONG = ', wrong';

/** Like beside like; forms once each, and once more with a fault. */
function sectionsOf(
  cards: Readonly<Record<string, Card>>,
  forms: Readonly<Record<string, Form>>,
  draw: (what: Card | Form, name: string) => unknown,
): Sections {
  const sections = new Map<string, Drawing[]>();
  const seen = new Set<string>();
  const all: [string, Card | Form][] = [
    ...Object.entries(cards),
    ...Object.entries(forms).flatMap(([name, form]): [string, Form][] => [
      [`form ${name}`, form],
      [`form ${name}${WRONG}`, form],
    ]),
  ];
  for (const [name, what] of all) {
    const drawn = draw(what, name);
    const key = JSON.stringify(drawn);
    if (seen.has(key)) continue;
    seen.add(key);
    const section =
      /^(ticket(?! is)|status|thread|told|no:|summary|article|form)/.exec(name)?.[1] ?? 'answers, lists, notices';
    sections.set(section, [...(sections.get(section) ?? []), { name, drawn }]);
  }
  return sections;
}

interface Sheet {
  readonly platform: 'teams' | 'slack';
  readonly language: string;
  readonly theme: 'light' | 'dark';
}

async function drawSheet(browser: Browser, { platform, language, theme }: Sheet, sections: Sections): Promise<void> {
  const locale = language === 'pl' ? 'pl-PL' : 'en-GB';
  const context = await browser.newContext({
    viewport: { width: 1900, height: 1000 },
    colorScheme: theme,
    locale,
    timezoneId: 'Europe/Warsaw',
  });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await serve(page, pageOf({ platform, language, theme }));
  await page.goto(ORIGIN);
  await page.waitForFunction('"draw" in globalThis');
  const name = [platform, language, theme].join('-');
  const overflowing: string[] = [];
  for (const [section, drawings] of sections) {
    const argument = JSON.stringify({ section, drawings, theme, locale });
    overflowing.push(...(await page.evaluate<string[]>(`globalThis.draw(${argument})`)));
  }
  for (const [index, section] of [...sections.keys()].entries()) {
    const path = join(FOLDER, `${name}-${section.replace(/\W+/g, '-').replace(/-$/, '')}.png`);
    await page.locator('section').nth(index).screenshot({ path, animations: 'disabled' });
  }
  const poor = await page.evaluate<string[]>(readFileSync('test/sandbox-page/poor-contrasts.js', 'utf8'));
  writeFileSync(join(FOLDER, `${name}.html`), await frozen(page));
  await context.close();
  for (const fault of faults) process.stdout.write(`${name}: ${fault}\n`);
  for (const each of overflowing) process.stdout.write(`${name}: too wide: ${each}\n`);
  for (const each of new Set(poor)) process.stdout.write(`${name}: poor contrast: ${each}\n`);
  process.stdout.write(`${join(FOLDER, name)}.html\n`);
}

/** The page as it stands, without scripts, its styles within. */
async function frozen(page: Page): Promise<string> {
  const styles = Object.values(FILES)
    .filter(({ type }) => type === 'text/css')
    .map(({ path }) => `<style>${readFileSync(path, 'utf8')}</style>`);
  const html = await page.content();
  return html.replace(/<script[^]*?<\/script>|<link[^>]*>/g, '').replace('</head>', `${styles.join('\n')}</head>`);
}

async function serve(page: Page, html: string): Promise<void> {
  await page.route('**/*', (route) => {
    const path = new URL(route.request().url()).pathname.slice(1);
    if (path === '') return route.fulfill({ contentType: 'text/html', body: html });
    const file = FILES[path] ?? {
      path: join('dist', 'sandbox', 'page', path.slice('sandbox/'.length)),
      type: 'text/javascript',
    };
    return route.fulfill({ contentType: `${file.type}; charset=utf-8`, path: file.path });
  });
}

function pageOf({ platform, language, theme }: Sheet): string {
  const scripts = {
    teams: '<script src="/adaptivecards.js"></script><script src="/teams.js"></script>',
    slack: '<link rel="stylesheet" href="/sandbox/style.css"><script type="module" src="/slack.js"></script>',
  };
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
    <title>${platform}, ${language}, ${theme}</title>${scripts[platform]}<link rel="stylesheet" href="/sheet.css"></head>
    <body class="${platform} ${theme}"></body></html>`;
}

drawAll(process.argv[2] ?? 'plain', process.argv[3] ?? '').catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
