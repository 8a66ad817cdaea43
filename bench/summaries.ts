/** How long the manager's daily summary takes over 100,000 tickets of half a year. */
import type { Ticket } from '../src/domain/ticket';
import type { DatabaseUrl } from '../src/store/data-source';
import { openDataSource } from '../src/store/data-source';
import { tickets } from '../src/store/schema';
import { Store } from '../src/store/store';
import { Summaries } from '../src/summaries';
import { median, rounded, sized } from './measures';

const TICKETS = sized(100_000, 2000);
const DAYS = 180;
const CHUNK = 500;
const RUNS = sized(9, 1);
const DAY_MS = 86_400_000;
const NOW = new Date('2026-11-23T09:00:00Z');

export interface SummaryTime {
  readonly database: string;
  readonly tickets: number;
  readonly medianMs: number;
  readonly slowestMs: number;
}

export async function summaryTime(database: string, url: DatabaseUrl): Promise<SummaryTime> {
  const store = await Store.open(url);
  try {
    await store.migrate();
    await fill(url);
    const line = {
      key: 'it',
      name: 'IT Service Desk',
      channels: [],
      agents: 'channel-members',
      managers: [],
      escalatesTo: null,
      summary: { at: '09:00', days: [1, 2, 3, 4, 5], timezone: 'Europe/Warsaw' },
      language: 'en',
      similarTickets: 'agents',
    } as const;
    const summaries = new Summaries({
      ...{ store, lines: [line], clock: { now: () => NOW }, onAnnounced: () => undefined },
      staleAfterDays: 180,
    });
    const day = summaries.lastWorkingDay('it');
    await summaries.of('it', day);
    const times: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const began = performance.now();
      await summaries.of('it', day);
      times.push(performance.now() - began);
    }
    return { database, tickets: TICKETS, medianMs: rounded(median(times)), slowestMs: rounded(Math.max(...times)) };
  } finally {
    await store.close();
  }
}

async function fill(url: DatabaseUrl): Promise<void> {
  const source = await openDataSource(url);
  try {
    for (let start = 0; start < TICKETS; start += CHUNK * 20) {
      await source.manager.transaction(async (manager) => {
        for (let chunk = start; chunk < start + CHUNK * 20; chunk += CHUNK) {
          const rows = Array.from({ length: CHUNK }, (_, index) => ticket(chunk + index));
          await manager.insert(tickets, rows);
        }
      });
    }
    if (url.kind === 'sqlite') await source.query('ANALYZE');
    else await source.query('ANALYZE TABLE tickets');
  } finally {
    await source.destroy();
  }
}

/** Opened evenly over the half year; two of three belong to the line, one in a hundred is still open. */
function ticket(number: number): Omit<Ticket, 'id'> {
  const openedAt = new Date(NOW.getTime() - Math.floor((DAYS * DAY_MS * (TICKETS - number)) / TICKETS));
  const isOpen = number % 100 === 0;
  const answeredAt = new Date(openedAt.getTime() + 60_000 * (1 + (number % 90)));
  const resolvedAt = isOpen ? null : new Date(answeredAt.getTime() + 60_000 * (5 + ((number * 7) % 2000)));
  return {
    subject: `Request ${number}`,
    details: 'It worked yesterday.',
    status: isOpen ? 'open' : 'closed',
    line: number % 3 === 0 ? 'it-l2' : 'it',
    priority: (['P1', 'P2', 'P3', 'P4'] as const)[number % 4] ?? 'P3',
    category: 'other',
    requester: `slack:U${number % 500}`,
    openedBy: `slack:U${number % 500}`,
    intake: 'command',
    assignee: isOpen ? null : `slack:A${number % 8}`,
    inquiryId: null,
    resolution: null,
    resolvedWith: null,
    version: isOpen ? 1 : 4,
    openedAt,
    updatedAt: resolvedAt ?? openedAt,
    firstResponseAt: isOpen ? null : answeredAt,
    resolvedAt,
    closedAt: resolvedAt,
  };
}
