/**
 * The whole data model on one page: TypeORM entity schemas over plain interfaces, so nothing outside the store knows
 * TypeORM. Column names are the field names. Times are epoch milliseconds (the same arithmetic on every database).
 */
import { EntitySchema } from 'typeorm';
import type { EntitySchemaColumnOptions, ValueTransformer } from 'typeorm';
import type { Seal } from '../../migrations/seal';
import type { ArticleId } from '../domain/article';
import type { Draft, KeptArticle } from '../domain/authoring';
import type { Inquiry } from '../domain/inquiry';
import type { Person } from '../domain/person';
import type { Ticket } from '../domain/ticket';
import { asTags } from './tags';
import type {
  ArticleRead,
  CalibrationRow,
  DraftMessage,
  ErasureRow,
  EventMessage,
  HandledInteraction,
  IdentityLink,
  OutboxRow,
  Pause,
  PlaceRow,
  PostedMessage,
  StoredEvent,
  StoredVersion,
  TicketMessage,
} from './rows';

/** MySQL's longest indexable key with 4-byte characters is 3072 bytes; 191 keeps well inside older limits too. */
export const KEY_LENGTH = 191;

// mysql2 reads BIGINT as a string, better-sqlite3 as a number; epoch milliseconds stay far below 2^53.
const asDate: ValueTransformer = {
  to: (date: Date | null) => (date instanceof Date ? date.getTime() : date),
  from: (ms: string | number | null) => (ms === null ? null : new Date(Number(ms))),
};

const asNumber: ValueTransformer = { to: (number: number) => number, from: Number };

const id: EntitySchemaColumnOptions = { type: 'integer', primary: true, generated: 'increment' };
const integer: EntitySchemaColumnOptions = { type: 'integer' };
const text: EntitySchemaColumnOptions = { type: 'text' };
const json: EntitySchemaColumnOptions = { type: 'simple-json' };
const key: EntitySchemaColumnOptions = { type: 'varchar', length: KEY_LENGTH };
const word: EntitySchemaColumnOptions = { type: 'varchar', length: 32 };
const count: EntitySchemaColumnOptions = { type: 'bigint', transformer: asNumber };
const time: EntitySchemaColumnOptions = { type: 'bigint', transformer: asDate };
const optional = (column: EntitySchemaColumnOptions): EntitySchemaColumnOptions => ({ ...column, nullable: true });

/** Since when a row has no words any more; only the erasing asks. */
interface Erasable {
  readonly erasedAt?: Date | null;
}
const erasedAt: EntitySchemaColumnOptions = { ...optional(time), select: false };

export const people = new EntitySchema<Person>({
  name: 'people',
  columns: {
    id: { ...key, primary: true },
    name: { type: 'varchar', length: KEY_LENGTH },
    email: optional(key),
    language: optional(word),
    address: key,
  },
  indices: [{ name: 'people_email', columns: ['email'] }],
});

export const identityLinks = new EntitySchema<IdentityLink>({
  name: 'identity_links',
  columns: { id, person: key, other: key, state: word, at: time },
  indices: [
    { name: 'identity_links_pair', columns: ['person', 'other'], unique: true },
    { name: 'identity_links_other', columns: ['other'] },
  ],
});

export const places = new EntitySchema<PlaceRow>({
  name: 'places',
  columns: { place: { ...key, primary: true }, platform: word, reference: text, heardAt: time },
  indices: [{ name: 'places_heard', columns: ['platform', 'heardAt'] }],
});

/** What people write of an article. */
const articleText = {
  title: { type: 'varchar', length: 500 },
  body: text,
  tags: { ...text, transformer: asTags },
  language: optional(word),
  audience: { ...key, length: 1000 },
  url: optional(text),
} as const;

export const articles = new EntitySchema<KeptArticle & { readonly revision: number }>({
  name: 'articles',
  columns: {
    id: { ...key, primary: true },
    ...articleText,
    changedAt: time,
    version: { ...integer, default: 1 },
    source: { ...word, default: 'file' },
    fileHash: optional(key),
    retiredAt: optional(time),
    confirmedAt: optional(time),
    revision: { ...count, default: 0 },
  },
  indices: [{ name: 'articles_revision', columns: ['revision'] }],
});

/** One row: the last change of the knowledge base. */
export const articleRevision = new EntitySchema<{ readonly id: number; readonly revision: number }>({
  name: 'article_revision',
  columns: { id: { ...integer, primary: true }, revision: count },
});

export const articleRemovals = new EntitySchema<{ readonly articleId: ArticleId; readonly revision: number }>({
  name: 'article_removals',
  columns: { articleId: { ...key, primary: true }, revision: count },
  indices: [{ name: 'article_removals_revision', columns: ['revision'] }],
});

export const articleVersions = new EntitySchema<StoredVersion>({
  name: 'article_versions',
  columns: {
    id,
    articleId: key,
    version: integer,
    ...articleText,
    author: key,
    approvedBy: optional(key),
    at: time,
    kind: word,
  },
  indices: [{ name: 'article_versions_version', columns: ['articleId', 'version'], unique: true }],
});

export const articleDrafts = new EntitySchema<Draft>({
  name: 'article_drafts',
  columns: {
    id,
    articleId: optional(key),
    baseVersion: integer,
    ...articleText,
    state: word,
    line: word,
    author: key,
    authors: json,
    reviewer: optional(key),
    remark: optional(text),
    origin: optional(key),
    version: integer,
    createdAt: time,
    updatedAt: time,
  },
  indices: [
    // What was made from one ticket is one draft, whoever asks for it.
    { name: 'article_drafts_origin', columns: ['origin'], unique: true },
    { name: 'article_drafts_state', columns: ['state', 'updatedAt'] },
  ],
});

export const draftMessages = new EntitySchema<DraftMessage>({
  name: 'draft_messages',
  columns: { id, draftId: integer, place: key, ref: key, shownVersion: integer },
  indices: [{ name: 'draft_messages_place', columns: ['draftId', 'place'], unique: true }],
});

export const inquiries = new EntitySchema<Inquiry & Erasable>({
  name: 'inquiries',
  columns: {
    id,
    person: key,
    text,
    language: word,
    intake: word,
    askedAt: time,
    suggested: json,
    outcome: word,
    solvedBy: optional(key),
    settledAt: optional(time),
    erasedAt,
  },
  indices: [
    { name: 'inquiries_asked', columns: ['askedAt'] },
    { name: 'inquiries_erased', columns: ['erasedAt', 'askedAt'] },
    { name: 'inquiries_settled', columns: ['settledAt'] },
  ],
});

export const articleReads = new EntitySchema<ArticleRead>({
  name: 'article_reads',
  columns: { id, inquiryId: integer, articleId: key, at: time },
  indices: [{ name: 'article_reads_once', columns: ['inquiryId', 'articleId'], unique: true }],
});

export const calibrations = new EntitySchema<CalibrationRow>({
  name: 'calibrations',
  columns: { id, result: optional(json), at: time },
});

/** Of one index, all that the summary counts: rows that are open may be old and far apart. */
const COUNTED = ['line', 'resolvedAt', 'openedAt', 'priority', 'firstResponseAt', 'assignee'];

export const tickets = new EntitySchema<Ticket & Erasable>({
  name: 'tickets',
  columns: {
    id,
    subject: { type: 'varchar', length: 200 },
    details: text,
    status: word,
    line: word,
    priority: { type: 'varchar', length: 2 },
    category: { type: 'varchar', length: 80 },
    requester: key,
    openedBy: key,
    intake: word,
    assignee: optional(key),
    inquiryId: optional(integer),
    resolution: optional(text),
    resolvedWith: optional(key),
    version: integer,
    openedAt: time,
    updatedAt: time,
    firstResponseAt: optional(time),
    resolvedAt: optional(time),
    closedAt: optional(time),
    erasedAt,
  },
  indices: [
    { name: 'tickets_line_erased', columns: ['line', 'erasedAt', 'closedAt'] },
    // A question becomes one ticket, however often the form is sent.
    { name: 'tickets_inquiry', columns: ['inquiryId'], unique: true },
    { name: 'tickets_requester', columns: ['requester', 'status', 'updatedAt'] },
    { name: 'tickets_line', columns: ['line', 'status', 'priority', 'openedAt'] },
    { name: 'tickets_line_opened', columns: ['line', 'openedAt'] },
    { name: 'tickets_line_counted', columns: COUNTED },
    { name: 'tickets_line_answered', columns: ['line', 'firstResponseAt'] },
    { name: 'tickets_status_resolved', columns: ['status', 'resolvedAt'] },
    { name: 'tickets_updated', columns: ['updatedAt'] },
  ],
});

export const ticketEvents = new EntitySchema<
  StoredEvent & { readonly hash?: string | null; readonly seal?: Seal | null }
>({
  name: 'ticket_events',
  columns: {
    id,
    ticketId: integer,
    version: integer,
    actor: key,
    at: time,
    kind: word,
    what: json,
    // The seal is nobody's business but the history's.
    hash: { type: 'varchar', length: 64, nullable: true, select: false },
    seal: { ...optional(json), select: false },
  },
  indices: [
    { name: 'ticket_events_version', columns: ['ticketId', 'version'], unique: true },
    { name: 'ticket_events_kind', columns: ['kind', 'at'] },
  ],
});

export const ticketMessages = new EntitySchema<TicketMessage>({
  name: 'ticket_messages',
  columns: {
    ...{ id, ticketId: integer, place: key, view: word, ref: key, shownVersion: integer },
    tellsOf: optional(text),
  },
  indices: [
    { name: 'ticket_messages_place', columns: ['ticketId', 'place'], unique: true },
    { name: 'ticket_messages_ref', columns: ['ref'] },
  ],
});

export const eventMessages = new EntitySchema<EventMessage>({
  name: 'event_messages',
  columns: { id, ticketId: integer, version: integer, ref: key },
  indices: [{ name: 'event_messages_ref', columns: ['ref'], unique: true }],
});

export const outbox = new EntitySchema<OutboxRow>({
  name: 'outbox',
  columns: {
    id,
    key,
    lane: key,
    place: key,
    payload: json,
    cause: key,
    attempts: integer,
    createdAt: time,
    dueAt: time,
    doubtfulSince: optional(time),
    leasedUntil: optional(time),
    settledAt: optional(time),
    failure: optional(text),
  },
  indices: [
    { name: 'outbox_key', columns: ['key'], unique: true },
    { name: 'outbox_waiting', columns: ['settledAt', 'id'] },
    { name: 'outbox_lane', columns: ['lane', 'settledAt', 'id'] },
  ],
});

export const pauses = new EntitySchema<Pause>({
  name: 'pauses',
  columns: { place: { ...key, primary: true }, until: time },
});

export const interactions = new EntitySchema<HandledInteraction>({
  name: 'interactions',
  columns: { key: { ...key, primary: true }, result: integer, at: time },
  indices: [{ name: 'interactions_at', columns: ['at'] }],
});

export const postedMessages = new EntitySchema<PostedMessage>({
  name: 'posted_messages',
  columns: { id, key, place: key, ref: key, ticketId: optional(integer), payload: json, at: time },
  indices: [
    { name: 'posted_messages_key', columns: ['key'], unique: true },
    { name: 'posted_messages_ticket', columns: ['ticketId'] },
    { name: 'posted_messages_place', columns: ['place'] },
  ],
});

export const erasures = new EntitySchema<ErasureRow>({
  name: 'erasures',
  columns: { id, pseudonym: key, ids: json, startedAt: time, finishedAt: optional(time) },
  indices: [{ name: 'erasures_finished', columns: ['finishedAt'] }],
});

export const ENTITIES = [
  ...[articleVersions, articleDrafts, draftMessages, eventMessages, articleRevision, articleRemovals],
  ...[people, identityLinks, places, articles, inquiries, articleReads, calibrations],
  ...[tickets, ticketEvents, ticketMessages, outbox, pauses, interactions],
  ...[postedMessages, erasures],
];
