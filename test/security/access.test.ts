/**
 * Every action of a chat by everybody in every state, played through the front door of the core on a real database: what
 * the table allows is done, everything else is refused politely, says nothing of the ticket, and leaves every row as it was.
 */
// ASVS 5.0 v5.0.0-8.2.1 (functions), v5.0.0-8.2.2 (objects), v5.0.0-8.2.3 (fields), v5.0.0-8.3.1 (at the trusted layer),
// v5.0.0-8.4.1 (tenants), v5.0.0-2.3.1 (steps in their order), v5.0.0-16.5.3 (not knowing is a no)
import { readFileSync } from 'node:fs';
import { pino } from 'pino';
import type { Reply } from '../../src/chat/card';
import { FrontDesk } from '../../src/chat/front-desk';
import type { Intent } from '../../src/chat/interaction';
import { TICKET_INTENTS } from '../../src/chat/interaction';
import type { Person } from '../../src/domain/person';
import { SYSTEM } from '../../src/domain/person';
import type { RefusalReason } from '../../src/domain/refusal';
import { isStorageError, isUnconfirmed } from '../../src/store/store';
import type { DatabaseKind, TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import type { TestDesk } from '../support/desk';
import { ANNA, BEN, CEZARY, INFRA, JAN, LINES, MARK, NORA, openDesk, SUPPORT } from '../support/desk';
import { fingerprints } from '../support/row-counts';
import { cellsOf, DESK_TABLE, DRAFT_TABLE, TICKET_TABLE, WHO } from './access-table';
import type { Cell, Who } from './access-table';

const EVE: Person = { id: 'slack:U0EVE', name: 'Eve', email: null, language: 'en', address: 'slack:U0EVE' };
const ZOE: Person = { ...EVE, id: 'slack:U0ZOE', name: 'Zoe', address: 'slack:U0ZOE' };
const PEOPLE: Record<Who, Person> = { R: NORA, E: JAN, A: ANNA, B: BEN, L: CEZARY, M: MARK, X: EVE, '?': BEN };

/** What nobody is shown who may not see the ticket, the draft or the article. */
const SECRET = 'Kestrel';
const OPEN_FIELDS = { subject: `${SECRET} drops`, details: `${SECRET} again`, priority: 'person/blocked' };
const ARTICLE_FIELDS = { title: `${SECRET} badge`, body: `Ask ${SECRET}.`, language: 'en', audience: 'everyone' };

/** What a refusal may say to somebody who may neither do nor see it: nothing of the state of what they asked about. */
const BY_ROLE: ReadonlySet<RefusalReason['code']> = new Set<RefusalReason['code']>([
  'not-an-agent',
  'not-a-manager',
  'not-your-ticket',
  'no-such-question',
  'no-such-article',
  'not-the-same-person',
  'roster-unavailable',
  'stale-button',
]);

/** What an action is about. */
interface Scene {
  readonly ticketId: number;
  readonly inquiryId: number;
  readonly draft: { readonly id: number; readonly version: number };
  readonly articleId: string;
  readonly forAgents: string;
}

interface Act {
  /** As a button, a command, an emoji or a filled form sends it; several ways are tried one by one. */
  readonly ways: (scene: Scene) => readonly Intent[];
  /** The button that opens its form. */
  readonly opening?: (scene: Scene) => Intent;
  /** It changes nothing. */
  readonly reads?: true;
}

const text = { text: 'Words' };
const draftStep = (step: 'show' | 'publish' | 'approve' | 'overwrite' | 'drop', more: Partial<Act> = {}): Act => ({
  ways: ({ draft }) => [{ kind: 'article-draft', step, draftId: draft.id, version: draft.version, baseVersion: 1 }],
  ...more,
});
const onTicket = (kind: (typeof TICKET_INTENTS)[number], fields?: Record<string, string>): Act => ({
  ways: ({ ticketId }) => [{ kind, ticketId, ...(fields === undefined ? {} : { fields }) }],
  ...(fields === undefined ? {} : { opening: ({ ticketId }) => ({ kind, ticketId }) }),
});
const alsoQuick = (act: Act, kind: (typeof TICKET_INTENTS)[number]): Act => ({
  ...act,
  ways: (scene) => [...act.ways(scene), { kind, ticketId: scene.ticketId, quick: true }],
});

const ON_TICKETS: Record<string, Act> = {
  show: { ways: ({ ticketId }) => [{ kind: 'show', ticketId }], reads: true },
  reply: onTicket('reply', text),
  withdraw: onTicket('withdraw'),
  reopen: onTicket('reopen', text),
  claim: onTicket('claim'),
  release: onTicket('release'),
  assign: onTicket('assign', { to: BEN.id }),
  escalate: onTicket('escalate', text),
  prioritise: onTicket('prioritise', { priority: 'P2' }),
  urgent: alsoQuick(onTicket('urgent'), 'urgent'),
  categorise: onTicket('categorise', { category: 'hardware' }),
  note: onTicket('note', text),
  wait: onTicket('wait', text),
  resolve: onTicket('resolve', text),
  'article-from': { ways: ({ ticketId }) => [{ kind: 'article-from', ticketId, event: null }] },
};

const ON_DRAFTS: Record<string, Act> = {
  'draft-show': draftStep('show', { reads: true }),
  'draft-form': {
    ways: ({ draft }) => [
      { kind: 'article-write', articleId: null, baseVersion: 0, draftId: draft.id, draftVersion: draft.version },
    ],
    reads: true,
  },
  'draft-write': {
    ways: ({ draft }) => [
      {
        kind: 'article-write',
        articleId: null,
        baseVersion: 0,
        draftId: draft.id,
        draftVersion: draft.version,
        fields: { ...ARTICLE_FIELDS, title: 'Another title' },
      },
    ],
  },
  'draft-publish': draftStep('publish'),
  'draft-approve': draftStep('approve'),
  'article-return': {
    ways: ({ draft }) => [{ kind: 'article-return', draftId: draft.id, version: draft.version, fields: text }],
    opening: ({ draft }) => ({ kind: 'article-return', draftId: draft.id, version: draft.version }),
  },
  'draft-overwrite': draftStep('overwrite'),
  'draft-drop': draftStep('drop'),
};

const editing = (articleId: string, baseVersion: number): Intent => ({
  kind: 'article-write',
  articleId,
  baseVersion,
  draftId: null,
  draftVersion: 0,
});

const ON_THE_DESK: Record<string, Act> = {
  ask: { ways: () => [{ kind: 'ask', text: 'my vpn drops', intake: 'command' }] },
  open: { ways: () => [{ kind: 'open', inquiryId: null, intake: 'command', fields: OPEN_FIELDS }] },
  'open-for-another': {
    ways: () => [
      { kind: 'open', inquiryId: null, intake: 'command', fields: { ...OPEN_FIELDS, requester: ZOE.id } },
      { kind: 'open', inquiryId: null, intake: 'command', fields: { ...OPEN_FIELDS, requesterElsewhere: ZOE.id } },
    ],
  },
  'open-own-question': {
    ways: ({ inquiryId }) => [{ kind: 'open', inquiryId, intake: 'command', fields: OPEN_FIELDS }],
  },
  solved: {
    ways: ({ inquiryId, articleId }) => [
      { kind: 'solved', inquiryId },
      { kind: 'solved', inquiryId, articleId },
    ],
  },
  read: { ways: ({ articleId }) => [{ kind: 'read', articleId, inquiryId: null }], reads: true },
  'read-for-agents': {
    ways: ({ forAgents }) => [{ kind: 'read', articleId: forAgents, inquiryId: null }],
    reads: true,
  },
  mine: { ways: () => [{ kind: 'mine' }], reads: true },
  queue: { ways: () => [{ kind: 'queue' }], reads: true },
  summary: { ways: () => [{ kind: 'summary' }], reads: true },
  help: { ways: () => [{ kind: 'help' }], reads: true },
  thanks: { ways: () => [{ kind: 'thanks' }], reads: true },
  'same-person-unasked': {
    ways: () => [
      { kind: 'same-person', other: NORA.id, yes: true },
      { kind: 'same-person', other: ANNA.id, yes: false },
    ],
  },
  unknown: { ways: () => [{ kind: 'unknown' }] },
  articles: { ways: () => [{ kind: 'articles' }], reads: true },
  'article-list': { ways: () => [{ kind: 'article-list' }], reads: true },
  'article-find': {
    ways: ({ articleId }) => [
      { kind: 'article-find', purpose: 'edit', words: articleId },
      { kind: 'article-find', purpose: 'retire', words: SECRET },
      { kind: 'article-find', purpose: 'history', words: '' },
    ],
    reads: true,
  },
  'article-new': {
    ways: () => [{ kind: 'article-write', articleId: null, baseVersion: 0, draftId: null, draftVersion: 0 }],
    reads: true,
  },
  'article-edit': { ways: ({ articleId }) => [editing(articleId, 2)], reads: true },
  'article-edit-agents': { ways: ({ forAgents }) => [editing(forAgents, 1)], reads: true },
  'article-write': {
    ways: ({ articleId }) =>
      [editing(articleId, 2), editing('', 0)].map((intent): Intent => {
        const form = { ...intent, fields: { ...ARTICLE_FIELDS, title: 'Another title' } } as Intent & {
          articleId: string;
        };
        return form.articleId === '' ? ({ ...form, articleId: null } as unknown as Intent) : form;
      }),
  },
  'article-history': { ways: ({ articleId }) => [{ kind: 'article-history', articleId }], reads: true },
  'article-retire': {
    ways: ({ articleId }) => [{ kind: 'article-retire', articleId, version: 2, sure: true }],
    opening: ({ articleId }) => ({ kind: 'article-retire', articleId, version: 2, sure: false }),
  },
  'article-restore': { ways: ({ articleId }) => [{ kind: 'article-restore', articleId, version: 1 }] },
  'article-confirm': { ways: ({ articleId }) => [{ kind: 'article-confirm', articleId, version: 2 }] },
};

/** The real front desk, and what it counted of one interaction. */
class Door {
  private refused: string[] = [];
  private failed = 0;
  private count = 0;
  private readonly desk: FrontDesk;

  constructor(private readonly own: TestDesk) {
    this.desk = new FrontDesk({
      helpdesk: own.helpdesk,
      clock: own.clock,
      log: pino({ level: 'silent' }),
      summaries: () => Promise.resolve({ title: 'Summary', summary: '', parts: [], actions: [] }),
      isStorageError,
      isUnconfirmed,
      meter: { refused: (reason) => this.refused.push(reason), interactionFailed: () => (this.failed += 1) },
    });
  }

  /** What it was refused for; null when it was done. @throws Error when it was neither */
  async knock(who: Who, intent: Intent): Promise<{ reply: Reply; refusal: RefusalReason['code'] | null }> {
    this.refused = [];
    this.count += 1;
    if (who === '?') for (const channel of [SUPPORT, INFRA]) this.own.silentChannels.add(channel);
    const reply = await this.desk.handle({ id: `access:${this.count}`, from: PEOPLE[who], intent });
    this.own.silentChannels.clear();
    const what = `${who}: ${JSON.stringify(intent)}`;
    if (this.failed > 0) throw new Error(`${what} failed`);
    const [refusal = null] = this.refused as RefusalReason['code'][];
    // A form stays open, with everything that was typed and a word beside it.
    const sent = 'fields' in intent ? 'invalid' : 'card';
    if (refusal !== null && reply.kind !== sent) throw new Error(`${what} was refused without a word`);
    if (refusal === null && reply.kind === 'invalid')
      throw new Error(`${what} is no whole form: ${JSON.stringify(reply)}`);
    return { reply, refusal };
  }
}

interface Attempt {
  readonly who: Who;
  /** They may never do it, nor see what it is about: they must be told nothing of it either. */
  readonly isOutsider: boolean;
  readonly way: (scene: Scene) => Intent;
}

const NOTHING: Scene = { ticketId: 0, inquiryId: 0, draft: { id: 0, version: 0 }, articleId: '', forAgents: '' };

function attempts(act: Act | undefined, { action, state }: Cell, cells: readonly Cell[]): Attempt[] {
  const row = cells.filter((cell) => cell.action === action).flatMap(({ may }) => may);
  const seers = cells.find((cell) => cell.state === state && /^(draft-)?show$/.test(cell.action))?.may ?? [];
  return WHO.flatMap((who) => {
    const isOutsider = !row.includes(who) && !seers.includes(who);
    const ways = (act?.ways(NOTHING) ?? []).map((_, index) => (scene: Scene) => act?.ways(scene)[index] as Intent);
    const opening = isOutsider && act?.opening !== undefined ? [act.opening] : [];
    return [...ways, ...opening].map((way) => ({ who, isOutsider, way }));
  });
}

function faultOfDone(refusal: string | null, changed: boolean, reads: boolean): string | null {
  if (refusal !== null) return `was refused: ${refusal}`;
  return changed === reads ? `changed ${changed ? 'something' : 'nothing'}` : null;
}

function faultOfRefused(
  refusal: RefusalReason['code'] | null,
  changed: boolean,
  isOutsider: boolean,
  shown: string,
): string | null {
  if (refusal === null) return 'was not refused';
  if (changed) return 'was refused and changed something';
  if (!isOutsider) return null;
  if (!BY_ROLE.has(refusal)) return `was told ${refusal}`;
  return shown.includes(SECRET) ? 'was shown what it is about' : null;
}

describe.each(databases())('who may do what, on $name', ({ name, create }: DatabaseKind) => {
  let database: TestDatabase;
  let desk: TestDesk;
  let door: Door;
  let rows: Awaited<ReturnType<typeof fingerprints>>;
  let articles = 0;

  beforeAll(async () => {
    database = await create();
    desk = await openDesk(database, LINES, { rules: { reviewed: ['it'], staleAfterDays: 180 } });
    desk.directory.set(ZOE.id, ZOE);
    door = new Door(desk);
    rows = await fingerprints(database);
  });

  afterAll(async () => {
    await rows.close();
    await desk.close();
    await database.drop();
  });

  const done = async (who: Who, intent: Intent): Promise<Reply> => {
    const { reply, refusal } = await door.knock(who, intent);
    if (refusal !== null) throw new Error(`the scene could not be set: ${refusal}`);
    return reply;
  };

  async function ticketIn(state: string): Promise<number> {
    const ticketId = await desk.openTicket(NORA, OPEN_FIELDS.subject, { details: OPEN_FIELDS.details });
    if (state === 'open') return ticketId;
    await done('A', { kind: 'claim', ticketId });
    if (state === 'waiting') await done('A', { kind: 'wait', ticketId, fields: text });
    if (state === 'resolved' || state === 'closed') await done('A', { kind: 'resolve', ticketId, fields: text });
    if (state === 'closed')
      await desk.helpdesk.act(
        ticketId,
        { kind: 'close' },
        { person: { ...EVE, id: SYSTEM }, cause: `close:${ticketId}` },
      );
    await desk.similar.refresh();
    return ticketId;
  }

  async function draftIn(state: string): Promise<Scene['draft']> {
    await done('A', {
      kind: 'article-write',
      articleId: null,
      baseVersion: 0,
      draftId: null,
      draftVersion: 0,
      fields: ARTICLE_FIELDS,
    });
    const [[draft]] = await desk.store.read((session) => session.drafts.writtenBy([ANNA.id], 1));
    if (draft === undefined) throw new Error('no draft was kept');
    const at = (version: number) => ({ kind: 'article-draft', draftId: draft.id, version, baseVersion: 0 }) as const;
    const steps: Record<string, () => Promise<unknown>> = {
      writing: () => Promise.resolve(),
      review: () => done('A', { ...at(1), step: 'publish' }),
      published: () => done('A', { ...at(1), step: 'publish' }).then(() => done('B', { ...at(2), step: 'approve' })),
      dropped: () => done('A', { ...at(1), step: 'drop' }),
    };
    await steps[state]?.();
    const { version } = (await desk.store.read((session) => session.drafts.find(draft.id))) ?? draft;
    return { id: draft.id, version };
  }

  /** An article in its second version, and one for agents. */
  async function articlesKept(): Promise<Pick<Scene, 'articleId' | 'forAgents'>> {
    articles += 1;
    const ids = { articleId: `article-${articles}`, forAgents: `for-agents-${articles}` };
    const about = { title: SECRET, tags: [], language: 'en', url: null } as const;
    const one = { ...about, id: ids.articleId, audience: 'everyone' };
    const now = desk.clock.now();
    await desk.store.write((session) => session.articles.save([{ ...one, body: 'It was so.' }], now));
    await desk.store.write((session) =>
      session.articles.save(
        [
          { ...one, body: 'It is so.' },
          { ...about, id: ids.forAgents, audience: 'agents', body: 'Only for us.' },
        ],
        now,
      ),
    );
    return ids;
  }

  async function question(): Promise<number> {
    const { inquiry } = await desk.helpdesk.ask(
      `${SECRET} drops`,
      { intake: 'command', language: 'en' },
      { person: NORA, cause: `question:${Math.random()}` },
    );
    return inquiry.id;
  }

  /** Plays every cell by everybody, in a new scene after each change. @returns what was not as the table says */
  async function play(acts: Record<string, Act>, cells: readonly Cell[], set: (state: string) => Promise<Scene>) {
    const wrong: string[] = [];
    let scene = null as { readonly state: string; readonly its: Scene } | null;
    for (const cell of [...cells].sort((a, b) => a.state.localeCompare(b.state))) {
      for (const { who, isOutsider, way } of attempts(acts[cell.action], cell, cells)) {
        if (scene?.state !== cell.state) scene = { state: cell.state, its: await set(cell.state) };
        const intent = way(scene.its);
        const before = await rows.now();
        const { reply, refusal } = await door.knock(who, intent);
        const changed = (await rows.now()) !== before;
        if (changed) scene = null;
        const fault = cell.may.includes(who)
          ? faultOfDone(refusal, changed, acts[cell.action]?.reads === true)
          : faultOfRefused(refusal, changed, isOutsider, JSON.stringify(reply));
        if (fault !== null) wrong.push(`${cell.state}, ${who}: ${JSON.stringify(intent)} ${fault}`);
      }
    }
    return wrong;
  }

  /** On the server a sample: what differs there is how rows are kept, not who may do what. */
  const sample = (cells: Cell[], state: string): Cell[] =>
    name === 'SQLite' ? cells : cells.filter((cell) => cell.state === state);

  it('with a ticket in each of its states', async () => {
    const cells = sample(cellsOf(TICKET_TABLE), 'claimed');
    const set = async (state: string): Promise<Scene> => ({ ...NOTHING, ticketId: await ticketIn(state) });

    expect(await play(ON_TICKETS, cells, set)).toEqual([]);
  });

  it('with a draft in each of its states', async () => {
    const cells = sample(cellsOf(DRAFT_TABLE), 'review');
    const set = async (state: string): Promise<Scene> => ({ ...NOTHING, draft: await draftIn(state) });

    expect(await play(ON_DRAFTS, cells, set)).toEqual([]);
  });

  it('with questions, articles and lists', async () => {
    const set = async (): Promise<Scene> => ({ ...NOTHING, inquiryId: await question(), ...(await articlesKept()) });

    expect(await play(ON_THE_DESK, cellsOf(DESK_TABLE), set)).toEqual([]);
  });
});

describe('the table', () => {
  const kindsIn = (file: string): string[] =>
    [...readFileSync(file, 'utf8').matchAll(/readonly kind: '([\w-]+)'/g)].map((match) => match[1] ?? '');
  const played = (): Set<string> => {
    const scene: Scene = { ticketId: 1, inquiryId: 1, draft: { id: 1, version: 1 }, articleId: 'a', forAgents: 'b' };
    const acts = [ON_TICKETS, ON_DRAFTS, ON_THE_DESK].flatMap((each) => Object.values(each));
    return new Set(
      acts
        .flatMap(({ ways }) => ways(scene))
        .map((intent) => ('step' in intent ? `${intent.kind} ${intent.step}` : intent.kind)),
    );
  };

  it('has a row for every action of a chat', () => {
    const kinds = [...kindsIn('src/chat/interaction.ts'), ...kindsIn('src/chat/article-intents.ts'), ...TICKET_INTENTS];
    const steps = /const STEPS = \[([^\]]+)\]/.exec(readFileSync('src/chat/article-intents.ts', 'utf8'))?.[1] ?? '';
    const ofDrafts = [...steps.matchAll(/'([\w-]+)'/g)].map((match) => `article-draft ${match[1]}`);
    const all = [...new Set([...kinds.filter((kind) => kind !== 'article-draft'), ...ofDrafts])];

    expect(all.length).toBeGreaterThan(35);
    expect([...played()].sort()).toEqual(all.sort());
  });

  it.each([
    ['tickets', TICKET_TABLE, ON_TICKETS],
    ['drafts', DRAFT_TABLE, ON_DRAFTS],
    ['everything else', DESK_TABLE, ON_THE_DESK],
  ])('plays every row: %s', (_what, table, acts) => {
    expect([...new Set(cellsOf(table).map(({ action }) => action))].sort()).toEqual(Object.keys(acts).sort());
  });
});
