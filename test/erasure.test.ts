/**
 * Forgetting: a person, or what a line has kept long enough. Nothing of them is left in any table or message, every number
 * stays, and the history can still be verified.
 */
// ASVS 5.0 v5.0.0-14.2.7 (retention)
import { readFileSync } from 'node:fs';
import type { DataSource } from 'typeorm';
import { verifyHistory } from '../src/audit';
import { NEW_ARTICLE } from '../src/chat/article-intents';
import { Erasure } from '../src/erasure';
import { closeResolved } from '../src/chores';
import { openDataSource } from '../src/store/data-source';
import { Summaries } from '../src/summaries';
import type { Person } from '../src/domain/person';
import type { SupportLine } from '../src/domain/support-line';
import type { TestDatabase } from './support/databases';
import { databases } from './support/databases';
import type { TestDesk } from './support/desk';
import { ANNA, BEN, JAN, LINES, NORA, NORA_IN_TEAMS, openDesk, SUPPORT } from './support/desk';

const KEPT: readonly SupportLine[] = LINES.map((line) => (line.key === 'it' ? { ...line, keepWordsDays: 30 } : line));
const DAY_MS = 86_400_000;
/** Everything that is Nora's: her words, and what others wrote to her. */
const WORDS = [
  'VPN drops for Nora',
  'Since Monday at my flat',
  'my secret question',
  'thanks from nora',
  'Which flat, Nora?',
  'Nora was told',
];

describe.each(databases())('erasing, on $name', ({ create }) => {
  let database: TestDatabase;
  let desk: TestDesk;
  let source: DataSource;
  let erasure: Erasure;
  let vpn: number;

  beforeEach(async () => {
    database = await create();
    desk = await openDesk(database, KEPT, { rules: { reviewed: ['it'], staleAfterDays: 180 } });
    source = await openDataSource(database.url);
    erasure = new Erasure({ store: desk.store, lines: KEPT, clock: desk.clock });
    await desk.act(NORA, { kind: 'ask', text: WORDS[2]!, intake: 'direct-message', answerTo: NORA.address });
    vpn = await desk.openTicket(NORA, WORDS[0]!, { details: WORDS[1]! });
    const mouse = await desk.openTicket(JAN, 'Mouse of Jan');
    await desk.deliver();
    await desk.act(ANNA, { kind: 'claim', ticketId: vpn });
    await desk.act(ANNA, { kind: 'reply', ticketId: vpn, fields: { text: WORDS[4]! } });
    await desk.act(NORA, { kind: 'reply', ticketId: vpn, fields: { text: WORDS[3]! } });
    await desk.act(ANNA, { kind: 'assign', ticketId: mouse, fields: { to: BEN.id } });
    await desk.act(ANNA, { kind: 'note', ticketId: mouse, fields: { text: 'Anna says the red one' } });
    await desk.deliver();
    await desk.act(ANNA, { kind: 'resolve', ticketId: vpn, fields: { text: WORDS[5]! } });
    await desk.deliver();
  });

  afterEach(async () => {
    await source.destroy();
    await desk.close();
    await database.drop();
  });

  /** Every row of every table as text. */
  const everything = async (): Promise<string> => {
    const tables = source.entityMetadatas.map(({ tableName }) => tableName).filter((name) => name !== 'articles');
    const rows = await Promise.all(tables.map((name) => source.query(`SELECT * FROM ${name}`)));
    return JSON.stringify(rows);
  };
  /** Every message in every chat as it is now. */
  const shown = (): string =>
    JSON.stringify([desk.surface.shown, desk.teams.shown].map((all) => all.map(({ card }) => card)));
  const numbers = async (): Promise<unknown> => {
    const summaries = new Summaries({
      store: desk.store,
      lines: KEPT,
      clock: desk.clock,
      staleAfterDays: 180,
      onAnnounced: () => undefined,
    });
    const { oldest: _oldest, ...counts } = JSON.parse(JSON.stringify(await summaries.of('it', '2026-11-23'))) as {
      oldest: unknown;
    };
    return counts;
  };
  const redrawn = async (): Promise<void> => {
    desk.clock.advance(11 * 60_000);
    await desk.deliver();
    await erasure.finish();
  };

  it('of a person leaves no word, name, address or id of them in any table or message', async () => {
    await erasure.person(await erasure.idsOf(NORA.id), false);
    await redrawn();

    const [rows, messages] = [await everything(), shown()];
    for (const trace of [...WORDS, NORA.id, 'U0NORA', 'nora@example.com', '"Nora"']) {
      expect(rows).not.toContain(trace);
      expect(messages).not.toContain(trace);
    }
    // Of the others everything is there.
    expect(rows).toContain('Mouse of Jan');
    expect(rows).toContain('Anna says the red one');
    expect(shown()).toContain('Mouse of Jan');
    expect(shown()).toContain('has been erased');
  });

  it('of a person leaves nothing of them in the file of SQLite either, where it kept what was deleted', async () => {
    if (database.url.kind !== 'sqlite') return;
    await erasure.person(await erasure.idsOf(NORA.id), false);
    await redrawn();
    await source.query('PRAGMA wal_checkpoint(TRUNCATE)');

    const bytes = readFileSync(database.url.path);
    for (const trace of [...WORDS, 'nora@example.com']) expect([trace, bytes.includes(trace)]).toEqual([trace, false]);
    expect(bytes.includes('Mouse of Jan')).toBe(true);
  });

  it('of a person leaves every number as it was', async () => {
    const before = await numbers();

    await erasure.person(await erasure.idsOf(NORA.id), false);

    expect(await numbers()).toEqual(before);
    const [ticket] = await desk.store
      .read((session) => session.tickets.list({}, 10))
      .then((all) => all.filter(({ id }) => id === vpn));
    expect(ticket).toMatchObject({
      status: 'resolved',
      assignee: ANNA.id,
      requester: expect.stringMatching(/^erased:/),
    });
  });

  it('of a person leaves a history that can be verified, and tells of it', async () => {
    await erasure.person(await erasure.idsOf(NORA.id), false);

    expect(await verifyHistory(desk.store)).toMatchObject({ found: 0, tickets: 2, erased: 4 });
    const events = await desk.store.read((session) => session.tickets.events(vpn));
    expect(events.at(-1)?.what).toEqual({ kind: 'erased', why: 'request' });
    await source.query("UPDATE ticket_events SET actor = 'slack:U0EVE' WHERE ticketId = ? AND version = 1", [vpn]);
    expect((await verifyHistory(desk.store)).problems).toMatchObject([{ ticketId: vpn, version: 1, kind: 'changed' }]);
  });

  it('of an agent takes their words and name from the tickets of others, and leaves what others wrote', async () => {
    await erasure.person(await erasure.idsOf(ANNA.id), false);
    await redrawn();

    const rows = await everything();
    for (const trace of ['Anna says the red one', WORDS[4]!, WORDS[5]!, 'U0ANNA', '"Anna"', 'anna@example.com'])
      expect(rows).not.toContain(trace);
    for (const kept of [WORDS[0]!, WORDS[1]!, WORDS[3]!, 'Mouse of Jan', BEN.id]) expect(rows).toContain(kept);
    expect(shown()).not.toContain('Anna');
    expect(shown()).toContain(WORDS[0]);
    expect((await verifyHistory(desk.store)).found).toBe(0);
  });

  /** Keeps a draft of an article and sends it for review. @returns its number */
  const sendForReview = async (who: Person, title: string): Promise<number> => {
    const fields = { title, body: `${title}, in words.`, language: 'en', audience: 'everyone', tags: '' };
    await desk.act(who, { ...NEW_ARTICLE, fields });
    const newest = await desk.store.read(async ({ drafts }) => (await drafts.having([who.id])).at(-1) ?? 0);
    await desk.act(who, { kind: 'article-draft', step: 'publish', draftId: newest, version: 1, baseVersion: 0 });
    await desk.deliver();
    return newest;
  };

  it('of an agent takes their name from articles, and the drafts and remarks that are theirs alone', async () => {
    const published = await sendForReview(ANNA, 'The badge of the door');
    await desk.act(BEN, { kind: 'article-draft', step: 'approve', draftId: published, version: 2, baseVersion: 0 });
    await sendForReview(ANNA, 'Half a thought');
    const bens = await sendForReview(BEN, 'The lift of Ben');
    await desk.act(ANNA, { kind: 'article-return', draftId: bens, version: 2, fields: { text: 'Not like that' } });
    await desk.deliver();
    expect(shown()).toContain('Half a thought');
    expect(shown()).toContain('Anna sent your article back');
    const dry = await erasure.person([ANNA.id], true);

    expect(await erasure.person([ANNA.id], false)).toMatchObject({ drafts: 3, messages: dry.messages });
    await redrawn();

    const [rows, messages] = [await everything(), shown()];
    for (const trace of ['Half a thought', 'Not like that', 'U0ANNA', 'Anna'])
      expect([trace, rows.includes(trace), messages.includes(trace)]).toEqual([trace, false, false]);
    expect(messages).toContain('Erased person sent your article back');
    const [version] = await desk.store.read(({ articles }) => articles.versions('the-badge-of-the-door'));
    expect(version).toMatchObject({ author: expect.stringMatching(/^erased:/), approvedBy: BEN.id });
    expect(version?.body).toBe('The badge of the door, in words.');
    expect(await desk.store.read(({ drafts }) => drafts.find(bens))).toMatchObject({
      ...{ author: BEN.id, body: 'The lift of Ben, in words.', state: 'writing', remark: null },
    });
    expect(await erasure.person([ANNA.id], false)).toMatchObject({ drafts: 0 });
  });

  it('of a person takes their words from a draft that an agent made of their ticket, where it is shown too', async () => {
    await desk.act(ANNA, { kind: 'article-from', ticketId: vpn, event: null, quick: true });
    await desk.act(ANNA, { kind: 'article-draft', step: 'publish', draftId: 1, version: 1, baseVersion: 0 });
    await desk.deliver();
    expect(shown()).toContain('Please review: VPN drops for Nora');

    await erasure.person([NORA.id], false);
    await redrawn();

    for (const word of WORDS) expect(`${await everything()} ${shown()}`).not.toContain(word);
    expect(shown()).toContain('No longer needed.');
  });

  it('a dry run tells the same numbers and changes nothing', async () => {
    const before = await everything();

    const dry = await erasure.person([NORA.id], true);

    expect(await everything()).toBe(before);
    const done = await erasure.person([NORA.id], false);
    expect({ ...dry, pseudonym: null }).toEqual({ ...done, pseudonym: null });
    expect(done).toMatchObject({ tickets: 1, events: 4, questions: 1, beyondReach: 0 });
    expect(done.messages).toBeGreaterThan(4);
  });

  it('tells in which words of others a Polish name stands, however it is written', async () => {
    const lucja = { ...NORA, id: 'slack:U0LUCJA', address: 'slack:U0LUCJA', name: 'Łucja Żak', email: null };
    await desk.openTicket(lucja, 'Mouse of mine');
    for (const text of ['Ask Łucja Żak', 'ŁUCJA ŻAK knows', 'łucja żak has it', 'Ask somebody else'])
      await desk.act(ANNA, { kind: 'note', ticketId: vpn, fields: { text } });

    const { mentions } = await erasure.person([lucja.id], true);

    expect(mentions.filter(({ ticketId }) => ticketId === vpn)).toHaveLength(3);
  });

  it('that was cut short goes on under the same name when it is run again', async () => {
    await erasure.person([NORA.id], false);
    const first = await desk.store.read((session) => session.tickets.find(vpn));
    await source.query('UPDATE inquiries SET person = ?', [NORA.id]);

    const again = await erasure.person([NORA.id], false);

    expect(again).toMatchObject({ tickets: 0, pseudonym: first?.requester });
    expect(await everything()).not.toContain('"person":"slack:U0NORA"');
  });

  it('finds a person of two chats by either id or by e-mail, and nobody who is not there', async () => {
    await desk.act(NORA_IN_TEAMS, { kind: 'mine' });
    await desk.act(NORA_IN_TEAMS, { kind: 'same-person', other: NORA.id, yes: true });
    const both = [NORA.id, NORA_IN_TEAMS.id].sort();

    for (const name of [NORA.id, NORA_IN_TEAMS.id, 'NORA@example.com'])
      expect((await erasure.idsOf(name)).sort()).toEqual(both);
    await expect(erasure.idsOf('slack:U0NOBODY')).rejects.toThrow(/nobody here is known/);
    await expect(erasure.idsOf('nobody@example.com')).rejects.toThrow(/nobody here is known/);
  });

  it('after a line’s time takes the words of closed tickets and old questions, and leaves people and numbers', async () => {
    desk.clock.advance(6 * DAY_MS);
    await closeResolved(desk);
    await desk.deliver();
    const before = await numbers();
    desk.clock.advance(29 * DAY_MS);
    // The question is older than thirty days, the ticket is not closed for so long.
    expect(await erasure.retention()).toBe(1);
    expect(await everything()).toContain(WORDS[0]);
    desk.clock.advance(2 * DAY_MS);

    expect(await erasure.retention()).toBe(1);

    await redrawn();
    const rows = await everything();
    for (const word of WORDS) {
      expect(rows).not.toContain(word);
      expect(shown()).not.toContain(word);
    }
    expect(rows).toContain(NORA.id);
    // What is open is kept, however old.
    expect(rows).toContain('Mouse of Jan');
    expect(await numbers()).toEqual(before);
    expect((await verifyHistory(desk.store)).found).toBe(0);
    expect(await erasure.retention()).toBe(0);
    expect(desk.surface.at(SUPPORT)).toHaveLength(2);
  });

  it('forgets places that cannot be reached any more after a week', async () => {
    desk.surface.fail(NORA.address, 'unreachable');
    await erasure.person([NORA.id], false);
    desk.surface.update = () => Promise.reject(desk.surface.failing.get(NORA.address)!);
    await redrawn();
    expect(await everything()).toContain(NORA.id);

    desk.clock.advance(8 * DAY_MS);
    await erasure.finish();

    expect(await everything()).not.toContain(NORA.id);
  });
});
