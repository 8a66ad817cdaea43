/** `helpdesk doctor`: everything that can be wrong with an installation, each with the exact mend. */
import { statSync } from 'node:fs';
import type { Check, PlaceBook } from '../chat/chat-bot';
import { systemClock } from '../clock';
import { ConfigError, readConfig } from '../config';
import type { Config } from '../config';
import type { TeamsDeps } from '../../bots/teams/teams-bot';
import type { Address } from '../domain/person';
import { SHOWN_FROM } from '../knowledge/certainty';
import { createLog } from '../log';
import { stateOf } from '../store/outbox-desk';
import { placesIn } from '../place-book';
import { Store } from '../store/store';
import { findSandbox } from './start';
import { print, printJson } from './verb';
import type { Verb } from './verb';

export const doctor: Verb = {
  usage: 'doctor [--json]',
  about: 'Checks the configuration, the database, Slack, Teams, mail and the clock; exit code 1 when something fails.',
  options: { json: { type: 'boolean' } },
  run: async (values) => {
    const checks = await examine();
    if (values.json === true) printJson(checks);
    else for (const check of checks) print(lineOf(check));
    return checks.some(({ status }) => status === 'fail') ? 1 : 0;
  },
};

function lineOf({ status, name, detail, mend }: Check): string {
  return `${status.padEnd(5)} ${name.padEnd(22)} ${detail}${mend === undefined ? '' : `\n${' '.repeat(29)}→ ${mend}`}`;
}

async function examine(): Promise<Check[]> {
  let config: Config;
  try {
    config = readConfig(process.env, process.cwd());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((detail) => ({
      name: 'configuration',
      status: 'fail',
      detail,
      mend: 'mend it, then run doctor again',
    }));
  }
  const checks: Check[] = [{ name: 'configuration', status: 'ok', detail: 'complete' }];
  return [...checks, ...secretsFile(), ...(await database(config)), ...(await chats(config)), ...(await mail(config))];
}

/** `.env` holds secrets; on Windows the bits say nothing. */
function secretsFile(): Check[] {
  const facts = statSync('.env', { throwIfNoEntry: false });
  if (facts === undefined || process.platform === 'win32' || (facts.mode & 0o007) === 0) return [];
  const detail = 'can be read by every user of this machine';
  return [{ name: '.env', status: 'warn', detail, mend: 'chmod 600 .env' }];
}

async function database({ databaseUrl }: Config): Promise<Check[]> {
  let store: Store;
  try {
    store = await Store.open(databaseUrl);
  } catch (error) {
    return [
      fail('database', (error as Error).message, 'check DATABASE_URL, and that the server runs and lets this user in'),
    ];
  }
  try {
    const pending = await store.pending();
    const skewMs = (await store.now()).getTime() - systemClock.now().getTime();
    return [
      ok('database', databaseUrl.kind),
      migrations(pending),
      clock(skewMs),
      ...(await store.examine()).map(({ about, ...rest }) => ({ name: about, ...rest })),
      ...(pending?.length === 0 ? [...(await outbox(store)), ...(await articles(store)), await threshold(store)] : []),
      backups(databaseUrl),
    ];
  } catch (error) {
    return [fail('database', (error as Error).message, 'check the rights of the database user')];
  } finally {
    await store.close();
  }
}

function migrations(pending: readonly string[] | null): Check {
  if (pending === null)
    return fail(
      'migrations',
      'the database was changed by a newer version',
      'install that version, or restore a backup',
    );
  if (pending.length > 0)
    return {
      name: 'migrations',
      status: 'warn',
      detail: `${pending.length} to run`,
      mend: 'run "helpdesk migrate" (a start does it too)',
    };
  return ok('migrations', 'up to date');
}

/** Slack refuses requests that are five minutes off, so a minute is worth a word. */
function clock(skewMs: number): Check {
  const seconds = Math.round(skewMs / 1000);
  if (Math.abs(seconds) < 60) return ok('clock', `${seconds} s from the database's`);
  return {
    name: 'clock',
    status: 'warn',
    detail: `${seconds} s from the database's`,
    mend: 'let NTP set the clocks of both machines',
  };
}

/** What should have been taken this long ago is taken by nobody. */
const STUCK_MS = 5 * 60_000;
const LATELY_MS = 86_400_000;

async function outbox(store: Store): Promise<Check[]> {
  const now = systemClock.now();
  const { state, failures, stuck, abandoned } = await store.read(async (session) => ({
    state: await session.outbox.state(now),
    failures: await session.outbox.failures(1),
    stuck: await session.outboxDesk.stuck(new Date(now.getTime() - STUCK_MS)),
    abandoned: (await session.outboxDesk.abandonedSince(new Date(now.getTime() - LATELY_MS))).filter(
      (row) => stateOf(row, now) === 'given-up',
    ),
  }));
  const [failure] = failures;
  const checks: Check[] = [];
  if (failure !== undefined) {
    const detail = `${state.waiting} waiting; ${failure.place}: ${failure.failure}`;
    const mend = 'see the checks of that channel; what waits is delivered once it is mended';
    checks.push({ name: 'outbox', status: 'warn', detail, mend });
  }
  if (stuck > 0) {
    const detail = `${stuck} due for more than five minutes, and nobody takes them`;
    const mend = 'start the helpdesk; if it runs, see its log, then "helpdesk outbox list"';
    checks.push({ name: 'outbox', status: 'warn', detail, mend });
  }
  if (abandoned.length > 0) {
    const detail = `${abandoned.length} given up since yesterday; ${abandoned[0]?.place}: ${abandoned[0]?.failure}`;
    const mend = '"helpdesk outbox list --state given-up"; once mended, "helpdesk outbox retry ID"';
    checks.push({ name: 'outbox', status: 'warn', detail, mend });
  }
  return checks.length > 0 ? checks : [ok('outbox', `${state.waiting} waiting`)];
}

/** What something else than the helpdesk wrote into the table. */
async function articles(store: Store): Promise<Check[]> {
  const ids = await store.read((session) => session.articles.changes.withUnreadableTags());
  if (ids.length === 0) return [];
  const detail = `tags that cannot be read, so there are none: ${ids.slice(0, 10).join(', ')}${ids.length > 10 ? ', …' : ''}`;
  const mend = 'write a JSON list into their column "tags", such as ["vpn"]; [] for none';
  return [{ name: 'articles', status: 'warn', detail, mend }];
}

/** Nothing here can see whether backups are made: it says how, so that nobody looks for it too late. */
function backups({ kind }: Config['databaseUrl']): Check {
  if (kind === 'sqlite-memory') return ok('backup', 'nothing to keep');
  return ok('backup', 'not looked for: run "helpdesk backup FILE" each day, and try a restore (docs/OPERATIONS.md)');
}

/** From which score on the bot shows an article. */
async function threshold(store: Store): Promise<Check> {
  const calibration = await store.read((session) => session.past.calibration());
  if (calibration === null) return ok('search', `shows articles from ${SHOWN_FROM.toFixed(2)} on, the default`);
  const { at, after, answerable, unanswerable } = calibration;
  const basis = `calibrated on ${at.toISOString().slice(0, 10)} with ${answerable + unanswerable} questions`;
  return ok('search', `shows articles from ${after.shownFrom.toFixed(2)} on, ${basis}`);
}

async function chats(config: Config): Promise<Check[]> {
  if (config.slack === null && config.teams === null) return [await noChat()];
  const channels = (config.desk?.lines ?? []).flatMap((line) => line.channels);
  const deps = {
    log: createLog('fatal'),
    clock: systemClock,
    ticketAt: () => Promise.resolve(null),
    answerAt: () => Promise.resolve(null),
    defaultLanguage: config.desk?.language ?? 'en',
  };
  // Loaded only here: see start.
  const { createSlackBot } = await import('../../bots/slack/slack-bot.js');
  const slack = config.slack === null ? [] : await createSlackBot(config.slack, deps).check(channels);
  return config.teams === null ? slack : [...slack, ...(await teams(config, deps, channels))];
}

async function noChat(): Promise<Check> {
  const mend = 'for Slack set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET or SLACK_APP_TOKEN, for Teams MICROSOFT_APP_ID';
  if ((await findSandbox()) !== null)
    return { name: 'chats', status: 'warn', detail: 'none is set up: a start opens the sandbox', mend };
  const detail = 'none is set up, and a start refuses: the packages of the sandbox were left out';
  return fail('chats', detail, `${mend}; for the sandbox run "npm ci"`);
}

/** What Teams told us of its channels is in the database. */
async function teams(config: Config, deps: Omit<TeamsDeps, 'places'>, channels: readonly Address[]): Promise<Check[]> {
  const { createTeamsBot } = await import('../../bots/teams/teams-bot.js');
  const store = await Store.open(config.databaseUrl).catch(() => null);
  try {
    const isReady = (await store?.pending().catch(() => null))?.length === 0;
    const places = store === null || !isReady ? NOWHERE : placesIn(store, 'teams', systemClock);
    return await createTeamsBot(config.teams, { ...deps, places }).check(channels);
  } finally {
    await store?.close();
  }
}

/** Without a database that is up to date. */
const NOWHERE: PlaceBook = {
  find: () => Promise.resolve(null),
  latest: () => Promise.resolve([]),
  keep: () => Promise.resolve(),
};

async function mail({ mail: settings, desk }: Config): Promise<Check[]> {
  const wanted = (desk?.lines ?? []).some((line) => line.managers.some((manager) => manager.startsWith('mailto:')));
  if (settings === null) {
    return wanted
      ? [fail('mail', 'a manager is to be told by e-mail, but SMTP_URL is not set', 'set SMTP_URL and MAIL_FROM')]
      : [];
  }
  try {
    const { MailSurface } = await import('../delivery/mail-surface.js');
    await new MailSurface(settings).verify();
    return [ok('mail', 'the server answers and lets us in')];
  } catch (error) {
    return [fail('mail', (error as Error).message, 'check SMTP_URL')];
  }
}

function ok(name: string, detail: string): Check {
  return { name, status: 'ok', detail };
}

function fail(name: string, detail: string, mend: string): Check {
  return { name, status: 'fail', detail, mend };
}
