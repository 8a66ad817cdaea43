import type { Inquiry } from '../src/domain/inquiry';
import type { SupportLine } from '../src/domain/support-line';
import type { Ticket } from '../src/domain/ticket';
import { isMysql } from '../src/store/data-source';
import { Store } from '../src/store/store';
import { Summaries } from '../src/summaries';
import type { TestDatabase } from './support/databases';
import { databases } from './support/databases';

const HOUR_MS = 3_600_000;

const IT: SupportLine = {
  key: 'it',
  name: 'IT Service Desk',
  channels: ['slack:C0SUPPORT'],
  agents: 'channel-members',
  managers: ['slack:U0BOSS', 'mailto:boss@example.com'],
  escalatesTo: 'l2',
  summary: { at: '09:00', days: [1, 2, 3, 4, 5], timezone: 'Europe/Warsaw' },
  language: 'en',
  similarTickets: 'agents',
};
const L2: SupportLine = { ...IT, key: 'l2', name: 'Infrastructure', managers: ['slack:U0BOSS'], summary: null };

/** Warsaw in November is one hour ahead of UTC. */
function at(text: string): Date {
  return new Date(`2026-11-${text.replace(' ', 'T')}:00+01:00`);
}

type Times = Partial<Pick<Ticket, 'priority' | 'line' | 'assignee' | 'firstResponseAt' | 'resolvedAt' | 'closedAt'>>;

function ticket(subject: string, openedAt: Date, more: Times = {}): Omit<Ticket, 'id'> {
  return {
    subject,
    details: '',
    status: more.closedAt ? 'closed' : more.resolvedAt ? 'resolved' : more.assignee ? 'claimed' : 'open',
    line: 'it',
    priority: 'P3',
    category: 'other',
    requester: 'slack:U0EVE',
    openedBy: 'slack:U0EVE',
    intake: 'command',
    assignee: null,
    inquiryId: null,
    resolution: null,
    resolvedWith: null,
    version: 1,
    openedAt,
    updatedAt: openedAt,
    firstResponseAt: null,
    resolvedAt: null,
    closedAt: null,
    ...more,
  };
}

function inquiry(askedAt: Date, suggested: string[], outcome: Inquiry['outcome']): Omit<Inquiry, 'id'> {
  const settled = { solvedBy: null, settledAt: null };
  return {
    person: 'slack:U0EVE',
    text: 'why?',
    language: 'en',
    intake: 'command',
    askedAt,
    suggested,
    outcome,
    ...settled,
  };
}

const ANNA = { assignee: 'slack:U0ANNA' };

/** Two weeks up to Sunday 22 November 2026, and what touches them from outside. */
const FORTNIGHT: Omit<Ticket, 'id'>[] = [
  ticket('forgotten', at('02 09:00'), { priority: 'P2' }),
  ticket('quick', at('09 10:00'), { ...ANNA, firstResponseAt: at('09 10:30'), resolvedAt: at('09 12:00') }),
  ticket('nine days', at('11 10:00'), { ...ANNA, firstResponseAt: at('11 11:00'), resolvedAt: at('20 10:00') }),
  ticket('answered late', at('17 08:00'), { ...ANNA, firstResponseAt: at('19 08:00') }),
  ticket('same day', at('19 10:00'), { ...ANNA, firstResponseAt: at('19 10:20'), resolvedAt: at('19 16:00') }),
  ticket('over midnight', at('19 23:30'), {
    ...ANNA,
    firstResponseAt: at('20 00:30'),
    resolvedAt: at('20 01:30'),
    closedAt: at('23 01:30'),
  }),
  ticket('first minute', at('20 00:00'), { ...ANNA, priority: 'P1', firstResponseAt: at('20 00:10') }),
  ticket('Saturday', at('21 12:00'), { priority: 'P4' }),
  ticket('last minute', at('22 23:59'), { ...ANNA, firstResponseAt: at('23 08:00'), resolvedAt: at('23 08:30') }),
  ticket('too late', at('23 00:00')),
  ticket('of another line', at('20 12:00'), { line: 'l2' }),
];

const QUESTIONS: Omit<Inquiry, 'id'>[] = [
  inquiry(at('19 09:00'), ['vpn'], 'solved'),
  inquiry(at('20 09:00'), ['vpn', 'wifi'], 'solved'),
  inquiry(at('21 09:00'), [], 'ticket'),
  inquiry(at('22 23:59'), ['printer'], 'open'),
  inquiry(at('23 00:00'), [], 'open'),
];

describe.each(databases())('the daily summary on $name', (kind) => {
  let database: TestDatabase;
  let store: Store;
  let now: Date;
  let told: number;

  const summariesOn = (on: Store, lines = [IT, L2]): Summaries =>
    new Summaries({
      ...{ store: on, lines, clock: { now: () => now }, onAnnounced: () => (told += 1) },
      staleAfterDays: 180,
    });
  const announceAt = (moment: Date, on = store): Promise<number> => {
    now = moment;
    return summariesOn(on).announceDue(moment);
  };
  const waiting = async (): Promise<number> => (await store.read(({ outbox }) => outbox.state(now))).waiting;

  beforeEach(async () => {
    database = await kind.create();
    store = await Store.open(database.url);
    await store.migrate();
    now = at('23 09:00');
    told = 0;
  });

  afterEach(async () => {
    await store.close();
    await database.drop();
  });

  describe('of a fortnight', () => {
    beforeEach(async () => {
      await store.write(async (session) => {
        for (const each of FORTNIGHT) await session.tickets.add(each);
        for (const each of QUESTIONS) await session.inquiries.add(each);
      });
    });

    it('covers Friday to Sunday when it is delivered on Monday', async () => {
      const { current, soFar } = await summariesOn(store).deliveredOn('it', '2026-11-23');

      expect(soFar).toBe(false);
      expect(current).toEqual({
        period: { from: at('20 00:00'), to: at('23 00:00'), firstDay: '2026-11-20', lastDay: '2026-11-22' },
        opened: 3,
        resolved: 2,
        stillOpen: 5,
        medianFirstResponseMs: 35 * 60_000,
        medianResolutionMs: 109 * HOUR_MS,
        questions: { asked: 3, solved: 1, unanswered: 1 },
      });
    });

    it('is compared with the summary before it', async () => {
      const { before } = await summariesOn(store).deliveredOn('it', '2026-11-23');

      expect(before).toEqual({
        period: { from: at('19 00:00'), to: at('20 00:00'), firstDay: '2026-11-19', lastDay: '2026-11-19' },
        opened: 2,
        resolved: 1,
        stillOpen: 4,
        medianFirstResponseMs: 1450 * 60_000,
        medianResolutionMs: 6 * HOUR_MS,
        questions: { asked: 1, solved: 1, unanswered: 0 },
      });
    });

    it('sorts what is still open by priority and age, as it was when the period ended', async () => {
      const { open } = await summariesOn(store).deliveredOn('it', '2026-11-23');

      expect(open).toEqual({
        byPriority: { P1: 1, P2: 1, P3: 2, P4: 1 },
        byAge: { day: 1, days: 2, week: 1, older: 1 },
        unclaimed: 3,
        oldest: [
          { id: 1, subject: 'forgotten', openedAt: at('02 09:00') },
          { id: 4, subject: 'answered late', openedAt: at('17 08:00') },
          { id: 7, subject: 'first minute', openedAt: at('20 00:00') },
        ],
      });
    });

    it('shows fourteen days, each with what was open in its evening', async () => {
      const { trend } = await summariesOn(store).deliveredOn('it', '2026-11-23');

      expect(trend.map(({ date }) => date.slice(8))).toEqual(
        ['09', '10', '11', '12', '13', '14', '15', '16', '17', '18', '19', '20', '21', '22'], //
      );
      expect(trend.map(({ opened }) => opened)).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 2, 1, 1, 1]);
      expect(trend.map(({ resolved }) => resolved)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0]);
      expect(trend.map(({ stillOpen }) => stillOpen)).toEqual([1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 4, 3, 4, 5]);
    });

    it('is the same for the day it is about and the day it is delivered on, whatever the clock says', async () => {
      const summaries = summariesOn(store);
      const delivered = await summaries.deliveredOn('it', '2026-11-23');

      expect(await summaries.of('it', '2026-11-20')).toEqual(delivered);
      now = at('19 12:00');
      expect(await summaries.deliveredOn('it', '2026-11-23')).toEqual(delivered);
    });

    it('of a day off is that day alone', async () => {
      const { current } = await summariesOn(store).of('it', '2026-11-21');

      expect(current).toMatchObject({ opened: 1, resolved: 0, stillOpen: 4 });
      expect(current.period).toMatchObject({ firstDay: '2026-11-21', lastDay: '2026-11-21' });
    });

    it('of today goes up to now, beside as much of the day before', async () => {
      const { soFar, current, before, trend } = await summariesOn(store).today('it', at('19 12:00'));

      expect(soFar).toBe(true);
      expect(current).toMatchObject({ opened: 1, resolved: 0, stillOpen: 4 });
      expect(current.period).toMatchObject({ from: at('19 00:00'), to: at('19 12:00'), lastDay: '2026-11-19' });
      expect(before.period).toMatchObject({ from: at('18 00:00'), to: at('18 12:00'), lastDay: '2026-11-18' });
      expect(trend.at(-1)).toEqual({ date: '2026-11-19', opened: 1, resolved: 0, stillOpen: 4 });
    });

    it('of today sorts by how long ago tickets were opened, not by how many midnights', async () => {
      const ageAt = async (now: string) => (await summariesOn(store).today('it', at(now))).open.byAge;

      expect(await ageAt('18 07:00')).toEqual({ day: 1, days: 0, week: 1, older: 1 });
      expect(await ageAt('15 09:00')).toEqual({ day: 0, days: 1, week: 0, older: 1 });
    });

    it('of a day on which the clock changes is compared with the day before by the same time on the wall', async () => {
      const noon = new Date('2026-10-25T12:00:00+01:00');

      const { before } = await summariesOn(store).today('it', noon);

      expect(before.period.to).toEqual(new Date('2026-10-24T12:00:00+02:00'));
    });

    it('of today on the weekend is about that day', async () => {
      const { current } = await summariesOn(store).today('it', at('21 13:00'));

      expect(current.period).toMatchObject({ firstDay: '2026-11-21', lastDay: '2026-11-21' });
      expect(current.opened).toBe(1);
    });

    it('counts for a further line its own tickets, and no questions', async () => {
      const { current, before } = await summariesOn(store).deliveredOn('l2', '2026-11-23');

      expect(current).toMatchObject({ opened: 1, resolved: 0, stillOpen: 1, questions: null });
      expect(before).toMatchObject({ opened: 0, stillOpen: 0, questions: null });
    });
  });

  it('refuses a day that has not begun, what is no date, and a line that does not exist', async () => {
    const summaries = summariesOn(store);

    await expect(summaries.of('it', '2026-11-24')).rejects.toThrow('2026-11-24 has not begun yet');
    await expect(summaries.of('it', '2026-02-30')).rejects.toThrow('"2026-02-30" is not a date');
    await expect(summaries.of('hr', '2026-11-20')).rejects.toThrow('no support line "hr"');
  });

  describe('is announced', () => {
    it('once to each manager, at its hour', async () => {
      expect(await announceAt(at('23 08:59'))).toBe(0);
      expect(await announceAt(at('23 09:00'))).toBe(2);
      expect(told).toBe(1);
      expect(await announceAt(at('23 09:01'))).toBe(0);

      const rows = await store.read(({ outbox }) => outbox.due(now, 10));
      expect(rows.map(({ place, payload }) => [place, payload])).toEqual([
        ['slack:U0BOSS', { kind: 'summary', line: 'it', date: '2026-11-23' }],
        ['mailto:boss@example.com', { kind: 'summary', line: 'it', date: '2026-11-23' }],
      ]);
    });

    it('not on a day off, and not for a line without a schedule', async () => {
      expect(await announceAt(at('21 12:00'))).toBe(0);
      expect(await announceAt(at('22 12:00'))).toBe(0);
      await announceAt(at('23 12:00'));
      expect(await waiting()).toBe(2);
    });

    it('late, when the helpdesk was down at its hour, but on no other day', async () => {
      expect(await announceAt(at('18 23:59'))).toBe(2);

      // Down all of Thursday: Friday brings its own summary and not Thursday's.
      expect(await announceAt(at('20 08:59'))).toBe(0);
      expect(await announceAt(at('20 09:00'))).toBe(2);
      expect(await waiting()).toBe(4);
    });

    it('once when the helpdesk is started again', async () => {
      await announceAt(at('23 09:00'));
      await store.close();
      store = await Store.open(database.url);

      expect(await announceAt(at('23 09:05'))).toBe(0);
      expect(await waiting()).toBe(2);
    });

    it('once when the clock is set back', async () => {
      await announceAt(at('23 09:05'));

      expect(await announceAt(at('23 08:50'))).toBe(0);
      expect(await announceAt(at('23 09:00'))).toBe(0);
      expect(await waiting()).toBe(2);
    });

    it('once when several processes do it at the same moment', async () => {
      const others = isMysql(database.url) ? await Promise.all([1, 2, 3].map(() => Store.open(database.url))) : [];
      const each = [store, store, ...others];

      const announced = await Promise.all(each.map((on) => announceAt(at('23 09:00'), on)));

      expect(announced.reduce((sum, count) => sum + count, 0)).toBe(2);
      expect(await waiting()).toBe(2);
      await Promise.all(others.map((other) => other.close()));
    });

    it.each([
      ['spring', '2026-03-29', '2026-03-29T07:00:00.000Z'],
      ['autumn', '2026-10-25', '2026-10-25T08:00:00.000Z'],
      ['spring', '2027-03-28', '2027-03-28T07:00:00.000Z'],
      ['autumn', '2027-10-31', '2027-10-31T08:00:00.000Z'],
    ])('once, at nine on the wall, when the clock changes in %s (%s)', async (_season, day, expected) => {
      const everyDay = { ...IT, summary: { ...IT.summary!, days: [1, 2, 3, 4, 5, 6, 7] } };
      const fired: string[] = [];
      const midnight = new Date(`${day}T00:00:00Z`).getTime();
      for (let quarter = 0; quarter < 22 * 4; quarter += 1) {
        now = new Date(midnight + (quarter * HOUR_MS) / 4);
        if ((await summariesOn(store, [everyDay]).announceDue(now)) > 0) fired.push(now.toISOString());
      }

      expect(fired).toEqual([expected]);
    });

    it('on request, and then not again at its hour', async () => {
      now = at('23 07:00');

      expect(await summariesOn(store).announce('it', '2026-11-23')).toBe(2);
      expect(await announceAt(at('23 09:00'))).toBe(0);
    });
  });

  it('counts the articles that need somebody, as the managers of the line may see them, for the line that takes questions', async () => {
    const article = { body: 'words', tags: [], language: null, url: null };
    const audiences = { vpn: 'everyone', wifi: 'line:it', printer: 'line:l2' };
    const articles = Object.entries(audiences).map(([id, audience]) => ({ ...article, id, title: id, audience }));
    await store.write(async (session) => {
      await session.articles.save(articles, new Date('2026-01-01T09:00:00Z'));
      await session.articles.note('wifi', { confirmedAt: at('01 09:00') });
      for (let count = 0; count < 3; count += 1) {
        await session.inquiries.add(inquiry(at('20 09:00'), ['vpn', 'printer'], 'ticket'));
        await session.inquiries.add({ ...inquiry(at('20 10:00'), [], 'ticket'), text: 'where is the canteen menu' });
      }
    });

    expect((await summariesOn(store).of('it', '2026-11-20')).articles).toEqual({ failing: 1, stale: 1, missing: 1 });
    expect((await summariesOn(store).of('it', '2026-11-19')).articles).toEqual({ failing: 0, stale: 1, missing: 0 });
    expect((await summariesOn(store).of('l2', '2026-11-20')).articles).toBeNull();
  });
});
