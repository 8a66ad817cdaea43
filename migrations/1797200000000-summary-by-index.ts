/** Everything the daily summary counts of open and resolved tickets is read off one index, however old and scattered they are. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createIndex, dropIndex } from './tables';

const COUNTED = {
  name: 'tickets_line_counted',
  columnNames: ['line', 'resolvedAt', 'openedAt', 'priority', 'firstResponseAt', 'assignee'],
};
/** What begins the same way. */
const BEFORE = { name: 'tickets_line_resolved', columnNames: ['line', 'resolvedAt'] };

export class SummaryByIndex1797200000000 implements MigrationInterface {
  name = 'SummaryByIndex1797200000000';

  async up(runner: QueryRunner): Promise<void> {
    await createIndex(runner, 'tickets', COUNTED);
    await dropIndex(runner, 'tickets', BEFORE.name);
  }

  async down(runner: QueryRunner): Promise<void> {
    await createIndex(runner, 'tickets', BEFORE);
    await dropIndex(runner, 'tickets', COUNTED.name);
  }
}
