/** Puts the helpdesk together: opens the store, wires the parts, starts them, and stops them in reverse. */
import { createHttpServer, sendJson } from '../bots/http';
import type { Listener, Routes } from '../bots/http';
import { createSlackBot } from '../bots/slack/slack-bot';
import type { SlackDeps } from '../bots/slack/slack-bot';
import { createTeamsBot } from '../bots/teams/teams-bot';
import type { TeamsDeps } from '../bots/teams/teams-bot';
import type { Card } from './chat/card';
import type { ChatBot, PlaceBook } from './chat/chat-bot';
import { readerOf } from './chat/cards/reader';
import { summaryCard } from './chat/cards/summary-card';
import { FrontDesk } from './chat/front-desk';
import type { Visit } from './chat/visit';
import type { Clock } from './clock';
import { systemClock } from './clock';
import type { Config, DeskConfig } from './config';
import { Courier } from './delivery/courier';
import { drawer } from './delivery/drawing';
import { MailSurface } from './delivery/mail-surface';
import type { Language } from './domain/person';
import { platformOf } from './domain/person';
import type { Roster } from './domain/support-line';
import { metrics, readiness } from './health';
import { Helpdesk } from './helpdesk';
import { createKnowledgeIndex } from './knowledge/knowledge-index';
import type { KnowledgeIndex } from './knowledge/knowledge-index';
import { Library } from './library';
import type { Log } from './log';
import { rosterAcross } from './roles';
import { startSchedule } from './schedule';
import { isStorageError, Store } from './store/store';
import { Summaries } from './summaries';

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

/** How long handled interactions are remembered; chats repeat themselves for minutes. */
const REMEMBER_MS = 7 * 86_400_000;
/** How long delivered announcements are kept for an operator to look at. */
const KEEP_DELIVERED_MS = 30 * 86_400_000;
/** How soon articles that another process imported are found here. */
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

/** Starts one part after the other, each noted in `running` before it can fail. */
async function assemble(
  config: Config & { desk: DeskConfig },
  options: ServiceOptions,
  running: Running,
): Promise<Service> {
  const { log, clock = systemClock } = options;
  const desk = reachable(config, log, options.localTeams === true);
  const store = await Store.open(config.databaseUrl);
  running.push(() => store.close());
  const ran = await store.migrate();
  if (ran.length > 0) log.info({ migrations: ran }, 'the database is up to date');

  const index = createKnowledgeIndex();
  const library = new Library({ store, index, clock });
  await importKnowledge(library, desk.knowledge, log);
  await library.refresh();
  await options.beforeStart?.({ store, knowledge: index, clock, desk });

  const ticketAt: SlackDeps['ticketAt'] = (ref, place) => helpdesk.shownAt(ref, place);
  const answerAt: SlackDeps['answerAt'] = (ref, place) => helpdesk.answerAt(ref, place);
  const places = placesIn(store, 'teams', clock, () => {
    courier.revisit('teams').catch((err: unknown) => log.error({ err }, 'the outbox could not be released'));
  });
  const { bots, routes } = chatsOf(config, { log, clock, ticketAt, answerAt, defaultLanguage: desk.language, places });
  const wake = (): void => courier.wake();
  const helpdesk = new Helpdesk({ store, knowledge: index, clock, desk, roster: rosterOf(bots), wake });
  const summaries = new Summaries({ store, lines: desk.lines, clock, onAnnounced: wake });
  const courier = new Courier({
    store,
    surfaces: [...bots.map((bot) => bot.surface), ...(config.mail === null ? [] : [new MailSurface(config.mail)])],
    draw: drawer({ helpdesk, summary: (line, date, language) => delivered(summaries, helpdesk, line, date, language) }),
    clock,
    log,
  });
  const frontDesk = new FrontDesk({
    helpdesk,
    clock,
    log,
    summaries: (visit) => onDemand(summaries, visit, clock),
    isStorageError,
  });

  const http = createHttpServer({ ...routes, ...routesOf(store, bots, clock) }, options.fallback ?? null);
  running.push(() => courier.stop(), ...bots.map((bot) => () => bot.stop()));
  const port = await http.listen(config.port, options.host);
  running.push(() => http.close());
  for (const bot of bots) await bot.start(frontDesk);
  courier.start();
  const schedule = startSchedule({ log, everyMinute: () => chores(store, helpdesk, summaries, clock) });
  running.push(() => schedule.stop());
  const refresher = setInterval(
    () => void library.refresh().catch((err: unknown) => log.error({ err }, 'the knowledge base cannot be read')),
    REFRESH_MS,
  );
  running.push(() => clearInterval(refresher));
  return { port, store, helpdesk, summaries, stop: () => stopAll(running) };
}

/** What a chat has changed stays; where the files changed too, an operator has to choose. */
async function importKnowledge(library: Library, paths: readonly string[], log: Log): Promise<void> {
  if (paths.length === 0) return;
  const { added, changed, conflicts } = await library.import(paths, { prune: false, dryRun: false });
  log.info({ added: added.length, changed: changed.length }, 'knowledge imported');
  if (conflicts.length === 0) return;
  const mend = 'run "helpdesk knowledge import" with --take-files or --keep-chat';
  log.warn({ articles: conflicts, mend }, 'articles were changed in a chat and in their files: the chat version stays');
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

/**
 * The bots, and where their platforms knock. Teams is there in any case: without credentials it answers this machine only,
 * such as Microsoft's Agents Playground.
 */
function chatsOf({ slack, teams }: Config, deps: SlackDeps & TeamsDeps): { bots: Bot[]; routes: Routes } {
  const teamsBot = createTeamsBot(teams, deps);
  const slackBot = slack === null ? null : createSlackBot(slack, deps);
  const events = slackBot?.requestListener ?? null;
  return {
    bots: [...(slackBot === null ? [] : [slackBot]), teamsBot],
    routes: {
      ...(events === null ? {} : { '/slack/events': { POST: events } }),
      '/api/messages': { POST: teamsBot.requestListener },
    },
  };
}

/**
 * What a chat keeps of where people are reached, in the database: every process knows it at once.
 * @param onKept somebody may be reachable now who was not
 */
export function placesIn(store: Store, platform: string, clock: Clock, onKept?: () => void): PlaceBook {
  return {
    find: (place) => store.read((session) => session.places.find(place)),
    latest: (limit) => store.read((session) => session.places.latest(platform, limit)),
    keep: async (place, reference) => {
      await store.write((session) => session.places.keep(place, reference, clock.now()));
      onKept?.();
    },
  };
}

/** Every chat's roster as one. */
function rosterOf(bots: readonly ChatBot[]): Roster {
  return rosterAcross(new Map(bots.map(({ surface, roster }) => [surface.platform, roster])));
}

function routesOf(store: Store, bots: readonly Bot[], clock: Clock): Routes {
  return {
    '/healthz': { GET: (_request, response) => sendJson(response, 200, { status: 'ok' }) },
    '/readyz': {
      GET: (_request, response) => {
        void readiness(store, bots, clock).then((state) => sendJson(response, state.ready ? 200 : 503, state));
      },
    },
    '/metrics': {
      GET: (_request, response) => {
        metrics(store, clock).then(
          (text) => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
          () => sendJson(response, 503, { error: 'the database cannot be reached' }),
        );
      },
    },
  };
}

/** What time brings: summaries at their hour, tickets to close, old rows to forget. Safe to run from every process. */
async function chores(store: Store, helpdesk: Helpdesk, summaries: Summaries, clock: Clock): Promise<void> {
  const now = clock.now();
  await summaries.announceDue(now);
  await helpdesk.closeResolved();
  await store.write(async (session) => {
    await session.interactions.prune(new Date(now.getTime() - REMEMBER_MS));
    await session.outbox.prune(new Date(now.getTime() - KEEP_DELIVERED_MS));
  });
}

async function delivered(
  summaries: Summaries,
  helpdesk: Helpdesk,
  line: string,
  date: string,
  language: Language,
): Promise<Card> {
  const { say } = readerOf(language, helpdesk.setUp.categories);
  return summaryCard(await summaries.deliveredOn(line, date), say, language);
}

async function onDemand(summaries: Summaries, { helpdesk, interaction, reader }: Visit, clock: Clock): Promise<Card> {
  const [first, ...others] = await helpdesk.roles.linesManagedBy(interaction.from.id);
  if (first === undefined) throw new Error('a manager of no line');
  const cards = await Promise.all(
    [first, ...others].map(async (line) =>
      summaryCard(await summaries.today(line.key, clock.now()), reader.say, reader.language),
    ),
  );
  const [card, ...more] = cards as [Card, ...Card[]];
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
