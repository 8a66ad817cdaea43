/** `helpdesk outbox …`: what others are still to be told, what was given up and why, and mending it. */
import { createInterface } from 'node:readline';
import { systemClock } from '../clock';
import type { OutboxRow } from '../store/rows';
import type { NotMended, OutboxRowState } from '../store/outbox-desk';
import { OUTBOX_STATES, stateOf } from '../store/outbox-desk';
import type { Store } from '../store/store';
import { limitOf, print, printJson, textOf, UsageError, withStore } from './verb';
import type { Values, Verb } from './verb';

/** Rows read at once. */
const PAGE = 200;
const PENDING: readonly OutboxRowState[] = ['waiting', 'failing', 'delivering'];
const UNDELIVERED: readonly OutboxRowState[] = [...PENDING, 'given-up', 'dropped'];

export const outboxList: Verb = {
  usage: 'outbox list [--state S] [--json] …',
  about: 'Lists what is still to be delivered and what was given up, newest first.',
  details: `--state      ${OUTBOX_STATES.join(', ')}, or several with commas; all but delivered when absent\n--place P    only for this place, for example slack:C0SUPPORT\n--limit N    at most N (50)\n--json       as JSON`,
  options: {
    state: { type: 'string' },
    place: { type: 'string' },
    limit: { type: 'string' },
    json: { type: 'boolean' },
  },
  run: async (values) => {
    const states = statesOf(values);
    const place = textOf(values, 'place');
    const limit = limitOf(values, 50);
    const rows = await withStore((store) => found(store, states, place, limit));
    if (values.json === true) printJson(rows.map(shownRow));
    else if (rows.length === 0) print('Nothing.');
    else for (const row of rows) print(lineOf(row));
    return 0;
  },
};

function statesOf(values: Values): readonly OutboxRowState[] {
  const states = textOf(values, 'state')?.split(',');
  const wrong = states?.find((each) => !(OUTBOX_STATES as readonly string[]).includes(each));
  if (wrong !== undefined) throw new UsageError(`"${wrong}" is no state; use ${OUTBOX_STATES.join(', ')}`);
  return (states as OutboxRowState[] | undefined) ?? UNDELIVERED;
}

async function found(
  store: Store,
  states: readonly OutboxRowState[],
  place: string | undefined,
  limit: number,
): Promise<OutboxRow[]> {
  const settled = states.every((each) => PENDING.includes(each))
    ? false
    : states.some((each) => PENDING.includes(each))
      ? null
      : true;
  const rows: OutboxRow[] = [];
  let before: number | undefined;
  for (;;) {
    const page = await store.read((session) => session.outboxDesk.list(settled, PAGE, before));
    const now = systemClock.now();
    rows.push(
      ...page.filter((row) => states.includes(stateOf(row, now)) && (place === undefined || row.place === place)),
    );
    before = page.at(-1)?.id;
    if (rows.length >= limit || page.length < PAGE) return rows.slice(0, limit);
  }
}

function shownRow(row: OutboxRow): object {
  const { cause, ...rest } = row;
  return { ...rest, state: stateOf(row, systemClock.now()), interaction: cause };
}

function lineOf(row: OutboxRow): string {
  const facts = [
    String(row.id).padEnd(7),
    stateOf(row, systemClock.now()).padEnd(10),
    `${row.attempts} tries`.padEnd(9),
    timeOf(row.createdAt),
    row.key,
  ].join('  ');
  return row.failure === null ? facts : `${facts}\n${' '.repeat(9)}${row.failure.replace(/\s+/g, ' ')}`;
}

export const outboxShow: Verb = {
  usage: 'outbox show ID [--json]',
  about: 'Shows one row, by its number or its key.',
  words: 1,
  options: { json: { type: 'boolean' } },
  run: async (values, [name]) =>
    withStore(async (store) => {
      const row = await rowNamed(store, name);
      if (values.json === true) printJson(shownRow(row));
      else show(row);
      return 0;
    }),
};

function show(row: OutboxRow): void {
  const time = (date: Date | null): string => (date === null ? '–' : date.toISOString());
  const facts: Record<string, string> = {
    state: stateOf(row, systemClock.now()),
    reason: row.failure ?? '–',
    key: row.key,
    place: row.place,
    lane: row.lane,
    interaction: row.cause,
    attempts: String(row.attempts),
    written: time(row.createdAt),
    due: time(row.dueAt),
    'in doubt since': time(row.doubtfulSince),
    'leased until': time(row.leasedUntil),
    settled: time(row.settledAt),
    announcement: JSON.stringify(row.payload),
  };
  for (const [label, value] of Object.entries(facts)) print(`${label.padEnd(16)}${value}`);
}

export const outboxRetry: Verb = {
  usage: 'outbox retry ID [--anew] [--json]',
  about: 'Makes a row due now, also one that was given up or dropped; the running helpdesk delivers it.',
  details: '--anew   even if it may be there already: after you looked, and it is not',
  words: 1,
  options: { anew: { type: 'boolean' }, json: { type: 'boolean' } },
  run: (values, [name]) =>
    mend(values, name, 'will be tried again now', (store, row) =>
      store.write((session) => session.outboxDesk.retry(row, systemClock.now(), values.anew === true)),
    ),
};

export const outboxDrop: Verb = {
  usage: 'outbox drop ID [--reason TEXT] [--yes] [--json]',
  about: 'Gives up a row for good, after asking; it stays in the list with the reason.',
  details: '--reason TEXT   why, for whoever looks later\n--yes           without asking',
  words: 1,
  options: { reason: { type: 'string' }, yes: { type: 'boolean' }, json: { type: 'boolean' } },
  run: async (values, [name]) => {
    const reason = textOf(values, 'reason')?.trim() || 'by the operator';
    return mend(values, name, 'is dropped', async (store, row) => {
      if (values.yes !== true && !(await agreed(`Nobody will ever be told ${row.key}. Drop it? (yes/no) `)))
        throw new Error('nothing was dropped; answer yes, or give --yes');
      return store.write((session) => session.outboxDesk.drop(row, reason, systemClock.now()));
    });
  },
};

const WHY_NOT: Readonly<Record<NotMended, string>> = {
  delivered: 'was delivered already',
  delivering: 'is being delivered just now; look again in a moment',
};

async function mend(
  values: Values,
  name: string | undefined,
  done: string,
  change: (store: Store, row: OutboxRow) => Promise<NotMended | null>,
): Promise<number> {
  return withStore(async (store) => {
    const row = await rowNamed(store, name);
    const problem = await change(store, row);
    if (problem !== null) throw new Error(`row ${row.id} (${row.key}) ${WHY_NOT[problem]}`);
    if (values.json === true) printJson(shownRow(await rowNamed(store, String(row.id))));
    else print(`Row ${row.id} ${done}.`);
    return 0;
  });
}

async function rowNamed(store: Store, name: string | undefined): Promise<OutboxRow> {
  if (name === undefined) throw new UsageError('give the number or the key of a row, from "outbox list"');
  const row = await store.read((session) => session.outboxDesk.find(name));
  if (row === null) throw new Error(`there is no row ${name} in the outbox; delivered rows are kept for 30 days`);
  return row;
}

/** Asks on standard error, for standard output is for data. No answer is a no. */
export function agreed(question: string): Promise<boolean> {
  process.stderr.write(question);
  const lines = createInterface({ input: process.stdin });
  return new Promise((resolve) => {
    lines.once('line', (line) => {
      resolve(/^(y|yes)$/i.test(line.trim()));
      lines.close();
    });
    lines.once('close', () => resolve(false));
  });
}

function timeOf(date: Date): string {
  return date.toISOString().slice(0, 16).replace('T', ' ');
}
