/** The first tables: people, articles, questions, tickets with their history, the outbox, and what was already handled. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Columns } from './columns';
import { columnsFor, nullable } from './columns';
import { createTables, dropTables } from './tables';
import type { TableSpec } from './tables';

export class CreateHelpdesk1795392000000 implements MigrationInterface {
  name = 'CreateHelpdesk1795392000000';

  up(runner: QueryRunner): Promise<void> {
    return createTables(runner, tables(columnsFor(runner)));
  }

  down(runner: QueryRunner): Promise<void> {
    return dropTables(runner, tables(columnsFor(runner)));
  }
}

function tables(c: Columns): TableSpec[] {
  return [...peopleAndKnowledge(c), ...ticketTables(c), ...deliveryTables(c)];
}

function peopleAndKnowledge(c: Columns): TableSpec[] {
  const person = [
    { ...c.key('id'), isPrimary: true },
    c.line('name', 191),
    nullable(c.key('email')),
    nullable(c.word('language')),
    c.key('address'),
  ];
  const article = [
    { ...c.key('id'), isPrimary: true },
    c.line('title', 500),
    c.text('body'),
    c.json('tags'),
    nullable(c.word('language')),
    c.key('audience'),
    nullable(c.text('url')),
    c.time('changedAt'),
  ];
  const inquiry = [
    c.id(),
    c.key('person'),
    c.text('text'),
    c.word('language'),
    c.word('intake'),
    c.time('askedAt'),
    c.json('suggested'),
    c.word('outcome'),
    nullable(c.key('solvedBy')),
    nullable(c.time('settledAt')),
  ];
  return [
    { name: 'people', columns: person, indices: {} },
    { name: 'articles', columns: article, indices: {} },
    { name: 'inquiries', columns: inquiry, indices: { inquiries_asked: ['askedAt'] } },
  ];
}

function ticketTables(c: Columns): TableSpec[] {
  const ticket = [
    c.id(),
    c.line('subject', 200),
    c.text('details'),
    c.word('status'),
    c.word('line'),
    c.word('priority', 2),
    c.word('category', 80),
    c.key('requester'),
    c.key('openedBy'),
    c.word('intake'),
    nullable(c.key('assignee')),
    nullable(c.integer('inquiryId')),
    nullable(c.text('resolution')),
    nullable(c.key('resolvedWith')),
    c.integer('version'),
    c.time('openedAt'),
    c.time('updatedAt'),
    nullable(c.time('firstResponseAt')),
    nullable(c.time('resolvedAt')),
    nullable(c.time('closedAt')),
  ];
  const event = [
    c.id(),
    c.integer('ticketId'),
    c.integer('version'),
    c.key('actor'),
    c.time('at'),
    c.word('kind'),
    c.json('what'),
  ];
  const message = [
    c.id(),
    c.integer('ticketId'),
    c.key('place'),
    c.word('view'),
    c.key('ref'),
    c.integer('shownVersion'),
  ];
  return [
    {
      name: 'tickets',
      columns: ticket,
      indices: {
        tickets_inquiry: ['inquiryId'],
        tickets_requester: ['requester', 'status', 'updatedAt'],
        tickets_line: ['line', 'status', 'priority', 'openedAt'],
        tickets_line_opened: ['line', 'openedAt'],
        tickets_line_resolved: ['line', 'resolvedAt'],
        tickets_line_answered: ['line', 'firstResponseAt'],
        tickets_status_resolved: ['status', 'resolvedAt'],
      },
      unique: ['tickets_inquiry'],
    },
    {
      name: 'ticket_events',
      columns: event,
      indices: { ticket_events_version: ['ticketId', 'version'], ticket_events_kind: ['kind', 'at'] },
      unique: ['ticket_events_version'],
    },
    {
      name: 'ticket_messages',
      columns: message,
      indices: { ticket_messages_place: ['ticketId', 'place'], ticket_messages_ref: ['ref'] },
      unique: ['ticket_messages_place'],
    },
  ];
}

function deliveryTables(c: Columns): TableSpec[] {
  const outbox = [
    c.id(),
    c.key('key'),
    c.key('lane'),
    c.key('place'),
    c.json('payload'),
    c.key('cause'),
    c.integer('attempts'),
    c.time('createdAt'),
    c.time('dueAt'),
    nullable(c.time('leasedUntil')),
    nullable(c.time('settledAt')),
    nullable(c.text('failure')),
  ];
  const interaction = [{ ...c.key('key'), isPrimary: true }, c.integer('result'), c.time('at')];
  return [
    {
      name: 'outbox',
      columns: outbox,
      indices: { outbox_key: ['key'], outbox_due: ['settledAt', 'dueAt'], outbox_lane: ['lane', 'settledAt', 'id'] },
      unique: ['outbox_key'],
    },
    { name: 'interactions', columns: interaction, indices: { interactions_at: ['at'] } },
  ];
}
