/** Puts the helpdesk together: opens the store, wires the parts, starts them, and stops them in reverse. */
import { createHttpServer, forBearer, sendJson } from '../bots/http';
import type { Answered, Listener, Routes } from '../bots/http';
import type { SlackDeps } from '../bots/slack/slack-bot';
import { createTeamsBot } from '../bots/teams/teams-bot';
import type { TeamsDeps } from '../bots/teams/teams-bot';
import type { Card } from './chat/card';
import type { ChatBot } from './chat/chat-bot';
import { readerOf } from './chat/cards/reader';
import type { Reader } from './chat/cards/reader';
import { summaryCard } from './chat/cards/summary-card';
import { FrontDesk } from './chat/front-desk';
import { Pace } from './chat/pace';
import { doChores } from './chores';
import type { Clock } from './clock';
import { systemClock } from './clock';
import type { Config, DeskConfig } from './config';
import { Courier } from './delivery/courier';
import { drawer } from './delivery/drawing';
import type { MailSettings, MailSurface } from './delivery/mail-surface';
import { audiencesAt } from './domain/audience';
import type { Language } from './domain/person';
import { platformOf } from './domain/person';
import type { Roster, SupportLine } from './domain/support-line';
import { Erasure } from './erasure';
import { metrics, readiness } from './health';
import type { Parts } from './helpdesk';
import { Helpdesk } from './helpdesk';
import { createKnowledgeIndex } from './knowledge/knowledge-index';
import type { KnowledgeIndex, LiveIndex } from './knowledge/knowledge-index';
import { synonymsWith } from './knowledge/synonyms';
import { Library } from './library';
import type { Log } from './log';
import { within } from './patience';
import { Meter } from './meter';
import { placesIn } from './place-book';
import { rosterAcross } from './roles';
import { startSchedule } from './schedule';
import { SimilarTickets } from './similar-tickets';
import { holdAlone } from './store/alone';
import { DeskClock } from './store/desk-clock';
import { isStorageError, isUnconfirmed, Store } from './store/store';
import { Summaries } from './summaries';
import { NO_TRACING, startTracing } from './tracing';
import type { Tracing } from './tracing';

/** A running helpdesk. */
export interface Service {
  readonly port: number;
  readonly store: Store;
  readonly helpdesk: Helpdesk;
  readonly summaries: Summaries;
  /** Takes nothing new, lets what is under way finish, closes the database. */
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly log: Log;
  readonly clock?: Clock;
  /** Answers paths that are not the helpdesk's, such as the sandbox page. */
  readonly fallback?: Listener;
  /** Only this interface; every one when absent. */
  readonly host?: string;
  /** Channels of Teams are kept without credentials: a tool on this machine, such as the Agents Playground, plays Teams. */
  readonly localTeams?: boolean;
  /** Runs on the database when it is up to date, before anything is connected. */
  readonly beforeStart?: (parts: {
    store: Store;
    knowledge: KnowledgeIndex;
    clock: Clock;
    desk: DeskConfig;
  }) => Promise<void>;
}

/** How soon resolved tickets of another process are found here. */
const REFRESH_MS = 5000;

/** Starts the helpdesk. @throws Error with a plain reason when it cannot start; nothing is left running then. */
export async function startService(config: Config & { desk: DeskConfig }, options: ServiceOptions): Promise<Service> {
  const running: Running = [];
  try {
    return await assemble(config, options, running);
  } catch (error) {
    await stopAll(running);
    throw error;
  }
}

/** What is to be stopped, in reverse. */
type Running = (() => Promise<void> | void)[];

async function stopAll(running: Running): Promise<void> {
  for (let stop = running.pop(); stop !== undefined; stop = running.pop()) await stop();
}

/**
 * What is under way at a stop has this long to finish, all of it at once: whoever supervises us kills after ten seconds.
 * What is cut off then is taken up again at the next start.
 */
const FINISHING_MS = 7500;
/** For the database and the last traces to be put away. */
const CLOSING_MS = 1500;

/** @returns whether it was done in time */
async function isDoneWithin(limitMs: number, work: Promise<unknown>): Promise<boolean> {
  return (
    (await within(
      limitMs,
      work.then(() => true),
    )) ?? false
  );
}

/** Starts one part after the other, each noted in `running` before it can fail. */
async function assemble(
  config: Config & { desk: DeskConfig },
  options: ServiceOptions,
  running: Running,
): Promise<Service> {
  const { log } = options;
  const desk = reachable(config, log, options.localTeams === true);
  const meter = new Meter();
  const { store, tracing } = await foundations(config, log, meter, running);
  const clock = options.clock ?? (await deskClock(store, log, running));
  const { createIndex, index, library } = await knowledgeBase(store, { ...config, desk }, clock, log);
  await options.beforeStart?.({ store, knowledge: index, clock, desk });

  const shown = shownBy(() => helpdesk);
  const places = placesIn(store, 'teams', clock, () => {
    courier.revisit('teams').catch((err: unknown) => log.error({ err }, 'the outbox could not be released'));
  });
  const its = { log, meter, ...shown, places, defaultLanguage: desk.language, clock: options.clock ?? systemClock };
  const { bots, routes } = await chatsOf({ ...config, desk }, its);
  const wake = (): void => courier.wake();
  const similar = new SimilarTickets({ store, createIndex, lines: desk.lines, clock });
  const helpdesk = helpdeskOf({ store, knowledge: index, similar, clock, desk, wake }, bots, () => frontDesk);
  const erasure = new Erasure({ store, lines: desk.lines, clock, onAnnounced: wake });
  const summaries = new Summaries({
    ...{ store, lines: desk.lines, clock, onAnnounced: wake },
    staleAfterDays: desk.articles.staleAfterDays,
  });
  const watched = { clock, log, meter, tracing };
  const courier = new Courier({
    store,
    surfaces: [...bots.map((bot) => bot.surface), ...(config.mail === null ? [] : [await mailTo(config.mail)])],
    draw: drawer({ helpdesk, summary: (line, date, language) => delivered(summaries, helpdesk, line, date, language) }),
    ...watched,
  });
  const frontDesk = new FrontDesk({
    helpdesk,
    ...watched,
    pace: new Pace(config.interactionsPerMinute ?? 0),
    summaries: (lines, reader) => onDemand(summaries, lines, reader, clock),
    isStorageError,
    isUnconfirmed,
  });

  const http = createHttpServer(
    { ...routes, ...routesOf(store, bots, { clock, meter }, config.metricsToken ?? null) },
    options.fallback ?? null,
    answeredBy(meter),
  );
  const working: Running = [() => courier.stop(), ...bots.map((bot) => () => bot.stop())];
  running.push(() => finish(working, log));
  const port = await http.listen(config.port, options.host);
  working.push(() => http.close());
  for (const bot of bots) await bot.start(frontDesk);
  courier.start();
  const schedule = startSchedule({ log, everyMinute: () => doChores({ store, helpdesk, summaries, erasure, clock }) });
  working.push(() => schedule.stop());
  library.start();
  working.push(() => library.stop());
  running.push(keepUp(similar, log));
  return { port, store, helpdesk, summaries, stop: () => stopAll(running) };
}

/** What messages show, asked of a helpdesk that is not there yet. */
function shownBy(helpdesk: () => Helpdesk): Pick<SlackDeps, 'ticketAt' | 'answerAt'> {
  return {
    ticketAt: (ref, place) => helpdesk().shownAt(ref, place),
    answerAt: (ref, place) => helpdesk().answerAt(ref, place),
  };
}

/** The database, up to date, and the traces: what is put away last. */
async function foundations(
  config: Config,
  log: Log,
  meter: Meter,
  running: Running,
): Promise<{ store: Store; tracing: Tracing }> {
  const store = await Store.open(config.databaseUrl, (work, ms) => meter.databaseWorked(work, ms));
  running.push(async () => void (await within(CLOSING_MS, store.close())));
  running.push(holdAlone(config.databaseUrl));
  const ran = await store.migrate();
  if (ran.length > 0) log.info({ migrations: ran }, 'the database is up to date');
  const tracing = config.tracing ? await startTracing(config.tracing) : NO_TRACING;
  running.push(async () => void (await within(CLOSING_MS, tracing.stop())));
  return { store, tracing };
}

/** What chats sign is checked by the machine's own time; everything else goes by the desk's. */
async function deskClock(store: Store, log: Log, running: Running): Promise<Clock> {
  const clock = await DeskClock.of(store, log);
  running.push(() => clock.stop());
  return clock;
}

/** The articles of the configured files and of the database, in memory. */
async function knowledgeBase(
  store: Store,
  { knowledgeSnapshot: snapshot, desk }: Config & { desk: DeskConfig },
  clock: Clock,
  log: Log,
): Promise<{ createIndex: () => LiveIndex; index: KnowledgeIndex; library: Library }> {
  const synonyms = synonymsWith(desk.synonyms);
  const createIndex = (): LiveIndex => createKnowledgeIndex(synonyms);
  const index = createIndex();
  const audiences = audiencesAt(desk.lines, desk.groups);
  const library = new Library({ store, index, clock, audiences, learns: desk.learning, snapshot, log });
  await library.importAtStart(desk.knowledge, log);
  await library.refresh();
  return { createIndex, index, library };
}

/** Takes in the tickets that other processes resolved, now and from now on. @returns how to stop it */
function keepUp(similar: SimilarTickets, log: Log): () => void {
  const refresh = (): void => {
    similar.refresh().catch((err: unknown) => log.error({ err }, 'the resolved tickets cannot be read'));
  };
  const timer = setInterval(refresh, REFRESH_MS);
  refresh();
  return () => clearInterval(timer);
}

/** Nothing new is taken, and what is under way is finished, each part beside the others: a slow chat holds up none of them. */
async function finish(working: Running, log: Log): Promise<void> {
  const parts = Promise.allSettled(working.map(async (stop) => stop()));
  if (!(await isDoneWithin(FINISHING_MS, parts)))
    log.warn('stopped while something was still under way; it is taken up at the next start');
}

/** The desk without the channels of a chat that is not set up: nothing may wait for them for ever. */
function reachable({ slack, teams, desk }: Config & { desk: DeskConfig }, log: Log, localTeams: boolean): DeskConfig {
  const platforms = [...(slack === null ? [] : ['slack']), ...(teams === null && !localTeams ? [] : ['teams'])];
  const left = desk.lines
    .flatMap(({ channels }) => channels)
    .filter((channel) => !platforms.includes(platformOf(channel)));
  if (left.length > 0) log.warn({ channels: left }, 'channels of a chat that is not set up are left out');
  const lines = desk.lines.map((line) => ({
    ...line,
    channels: line.channels.filter((channel) => !left.includes(channel)),
  }));
  return { ...desk, lines };
}

/** A chat of this service. */
type Bot = ChatBot & { isConnected(): boolean };
type Chats = { bots: Bot[]; routes: Routes };

/**
 * The bots, and where their platforms knock. Teams is there in any case: without credentials it answers this machine only,
 * such as Microsoft's Agents Playground, and loads botbuilder only for that. Nobody waits for the library of a chat that is not set up.
 */
async function chatsOf({ slack, teams, desk }: Config, deps: SlackDeps & TeamsDeps): Promise<Chats> {
  const teamsBot = createTeamsBot(teams, { ...deps, lines: desk?.lines ?? [] });
  const slackBot = slack === null ? null : (await import('../bots/slack/slack-bot.js')).createSlackBot(slack, deps);
  const events = slackBot?.requestListener ?? null;
  return {
    bots: [...(slackBot === null ? [] : [slackBot]), teamsBot],
    routes: {
      ...(events === null ? {} : { '/slack/events': { POST: events } }),
      '/api/messages': { POST: teamsBot.requestListener },
    },
  };
}

const mailTo = async (settings: MailSettings): Promise<MailSurface> =>
  new (await import('./delivery/mail-surface.js')).MailSurface(settings);

function helpdeskOf(parts: Omit<Parts, 'roster' | 'handled'>, bots: readonly Bot[], its: () => FrontDesk): Helpdesk {
  const handled: Parts['handled'] = (...told) => its().handled(...told);
  return new Helpdesk({ ...parts, roster: rosterOf(bots), handled });
}

/** Every chat's roster as one. */
function rosterOf(bots: readonly ChatBot[]): Roster {
  return rosterAcross(new Map(bots.map(({ surface, roster }) => [surface.platform, roster])));
}

/** Counts what chats sent us, by what it was answered: not what operators ask. */
function answeredBy(meter: Meter): Answered {
  const chats: Readonly<Record<string, string>> = { '/slack/events': 'slack', '/api/messages': 'teams' };
  return (path, status, ms) => {
    const chat = chats[path];
    if (chat === undefined) return;
    if (status >= 200 && status < 300) meter.acknowledged(chat, ms);
    else meter.refused(status === 0 ? 'http-cut-off' : `http-${status}`);
  };
}

function routesOf(
  store: Store,
  bots: readonly Bot[],
  { clock, meter }: { clock: Clock; meter: Meter },
  metricsToken: string | null,
): Routes {
  const figures: Listener = (_request, response) => {
    metrics(store, clock, meter).then(
      (text) => response.writeHead(200, { 'content-type': meter.contentType }).end(text),
      () => sendJson(response, 503, { error: 'the database cannot be reached' }),
    );
  };
  return {
    '/healthz': { GET: (_request, response) => sendJson(response, 200, { status: 'ok' }) },
    '/readyz': {
      GET: (_request, response) => {
        void readiness(store, bots, clock).then((state) => sendJson(response, state.ready ? 200 : 503, state));
      },
    },
    '/metrics': { GET: forBearer(metricsToken, figures) },
  };
}

async function delivered(
  summaries: Summaries,
  helpdesk: Helpdesk,
  line: string,
  date: string,
  language: Language,
): Promise<Card> {
  const { say } = readerOf(language, helpdesk.setUp);
  return summaryCard(await summaries.deliveredOn(line, date), say, language);
}

async function onDemand(
  summaries: Summaries,
  lines: readonly SupportLine[],
  reader: Reader,
  clock: Clock,
): Promise<Card> {
  const [card, ...more] = await Promise.all(
    lines.map(async (line) => summaryCard(await summaries.today(line.key, clock.now()), reader.say, reader.language)),
  );
  if (card === undefined) throw new Error('a summary of no line');
  return {
    ...card,
    parts: [
      ...card.parts,
      ...more.flatMap((next) => [
        { kind: 'divider' } as const,
        { kind: 'heading', text: next.title } as const,
        ...next.parts,
      ]),
    ],
  };
}
