/** The history of each ticket is sealed by a chain of hashes; what is there already is sealed as it stands. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { TableColumn } from 'typeorm';
import { columnsFor, nullable } from './columns';
import type { Seal } from './seal';
import { hashOf, sealOf } from './seal';

/** Events in memory at once, and sealed by one statement. */
const BATCH = 500;
/** Batches between two commits: a run that is cut short goes on where it was. */
const BATCHES_A_COMMIT = 20;

interface Row {
  readonly id: number;
  readonly ticketId: number;
  readonly version: number;
  readonly actor: string;
  /** MySQL gives a BIGINT as text. */
  readonly at: number | string;
  readonly what: string;
  readonly hash: string | null;
}

interface Sealed {
  readonly id: number;
  readonly hash: string;
  readonly seal: Seal;
}

export class SealedHistory1796900000000 implements MigrationInterface {
  name = 'SealedHistory1796900000000';

  async up(runner: QueryRunner): Promise<void> {
    const c = columnsFor(runner);
    for (const column of [nullable(c.key('hash', 64)), nullable(c.json('seal'))]) {
      if (!(await runner.hasColumn('ticket_events', column.name)))
        await runner.addColumn('ticket_events', new TableColumn(column));
    }
    await sealAll(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('ticket_events', 'seal');
    await runner.dropColumn('ticket_events', 'hash');
  }
}

async function sealAll(runner: QueryRunner): Promise<void> {
  let last = { ticketId: 0, version: 0, hash: '' };
  for (let batch = 1; ; batch += 1) {
    const rows = (await runner.query(
      `SELECT id, ticketId, version, actor, at, what, hash FROM ticket_events
       WHERE ticketId >= ? AND NOT (ticketId = ? AND version <= ?) ORDER BY ticketId, version LIMIT ${BATCH}`,
      [last.ticketId, last.ticketId, last.version],
    )) as Row[];
    const fresh: Sealed[] = [];
    for (const row of rows) {
      const previous = row.ticketId === last.ticketId ? last.hash : '';
      const { ticketId, version } = row;
      if (row.hash === null) {
        const what = JSON.parse(row.what) as { kind: string };
        const event = { ticketId, version, actor: row.actor, at: Number(row.at), what };
        const seal = sealOf(event);
        fresh.push({ id: row.id, hash: hashOf(previous, event, seal), seal });
      }
      last = { ticketId, version, hash: row.hash ?? fresh.at(-1)?.hash ?? '' };
    }
    if (fresh.length > 0) await keep(runner, fresh);
    if (batch % BATCHES_A_COMMIT === 0 && runner.isTransactionActive) {
      await runner.commitTransaction();
      await runner.startTransaction();
    }
    if (rows.length < BATCH) return;
  }
}

async function keep(runner: QueryRunner, rows: readonly Sealed[]): Promise<void> {
  const cases = rows.map(() => 'WHEN ? THEN ?').join(' ');
  await runner.query(
    `UPDATE ticket_events SET hash = CASE id ${cases} END, seal = CASE id ${cases} END
     WHERE id IN (${rows.map(() => '?').join(',')})`,
    [
      ...rows.flatMap(({ id, hash }) => [id, hash]),
      ...rows.flatMap(({ id, seal }) => [id, JSON.stringify(seal)]),
      ...rows.map(({ id }) => id),
    ],
  );
}
