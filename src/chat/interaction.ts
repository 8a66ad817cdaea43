/**
 * What a person did in a chat, in no platform's language, and the wire format of a button's value. Buttons live as long
 * as the messages they are on: a value once sent must be understood, or politely refused, for years.
 */
import type { Address, Person, PersonId } from '../domain/person';
import type { Intake } from '../domain/ticket';
import type { ArticleIntent } from './article-intents';
import { readArticleIntent } from './article-intents';

export interface Interaction {
  /**
   * The natural key of the delivery, equal for every repetition of it, unequal for everything else: for a message its
   * channel and timestamp, for a command, click or form the platform's trigger id.
   */
  readonly id: string;
  readonly from: Person;
  readonly intent: Intent;
  /** The chat's reference of the message in which the words of a comment were typed. */
  readonly message?: string;
  /** The chat has no `/helpdesk`: people type the words alone. */
  readonly typed?: true;
}

/** Changes of one ticket that a person can ask for. */
export const TICKET_INTENTS = [
  'claim',
  'release',
  'escalate',
  'resolve',
  'reopen',
  'assign',
  'prioritise',
  'categorise',
  'reply',
  'note',
  'wait',
  'urgent',
  'withdraw',
] as const;
export type TicketIntentKind = (typeof TICKET_INTENTS)[number];

export type Fields = Readonly<Record<string, string>>;

export type Intent =
  /**
   * `answerTo`: where the answer is posted when it cannot be given privately on the spot (a direct message). `thread`: the
   * message there below which it was asked.
   */
  | {
      readonly kind: 'ask';
      readonly text: string;
      readonly intake: Intake;
      readonly answerTo?: Address;
      readonly thread?: string;
    }
  | { readonly kind: 'read'; readonly articleId: string; readonly inquiryId: number | null }
  | { readonly kind: 'solved'; readonly inquiryId: number; readonly articleId?: string }
  /** Without `fields` it opens the form, prefilled with `text`; with them it opens the ticket. */
  | {
      readonly kind: 'open';
      readonly inquiryId: number | null;
      readonly intake: Intake;
      readonly text?: string;
      /** On whose behalf, when a message of somebody else becomes a ticket. */
      readonly requester?: PersonId;
      readonly fields?: Fields;
    }
  | ChangeIntent
  | { readonly kind: 'show'; readonly ticketId: number }
  | { readonly kind: 'mine' }
  | { readonly kind: 'queue' }
  | { readonly kind: 'summary' }
  | { readonly kind: 'help' }
  /** Nothing is asked for. */
  | { readonly kind: 'thanks' }
  | ArticleIntent
  /** Whether the one who was asked is also `other`. */
  | { readonly kind: 'same-person'; readonly other: PersonId; readonly yes: boolean }
  /** A button or form that this version does not know. */
  | { readonly kind: 'unknown' };

/**
 * A change to a ticket. Without `fields`, those that need words open their form. `quick` skips the form (an emoji has no
 * words). `origin` is the place whose readers saw the words already, such as the thread a note was written in.
 */
export interface ChangeIntent {
  readonly kind: TicketIntentKind;
  readonly ticketId: number;
  readonly quick?: boolean;
  readonly origin?: Address;
  readonly fields?: Fields;
}

type IntentKind = Intent['kind'];

/** Slack's limit for a button's value, and the longest wire format we make. https://docs.slack.dev/reference/block-kit/block-elements/button-element */
const VALUE_LIMIT = 2000;

/** Intents that answer with a form as long as they carry no fields: the chat must be asked at once, before its trigger expires. */
const FORM_INTENTS: ReadonlySet<IntentKind> = new Set<IntentKind>([
  'open',
  'escalate',
  'resolve',
  'reopen',
  'assign',
  'prioritise',
  'categorise',
  'reply',
  'note',
  'wait',
  'article-write',
  'article-return',
  'article-from',
]);

/** Whether the answer to this intent is a form. */
export function opensForm(intent: Intent): boolean {
  const filled = 'fields' in intent && intent.fields !== undefined;
  const quick = 'quick' in intent && intent.quick === true;
  return FORM_INTENTS.has(intent.kind) && !filled && !quick;
}

/** The value of a button or the private data of a form. A long prefilled text is cut until the value fits. */
export function encodeIntent(intent: Intent): string {
  const value = JSON.stringify(intent);
  if (value.length <= VALUE_LIMIT || intent.kind !== 'open') return value;
  // Quotes and line breaks take two places in JSON, so the share that fits is a first guess.
  const text = intent.text ?? '';
  const frame = value.length - JSON.stringify(text).length;
  const share = (VALUE_LIMIT - frame) / (value.length - frame);
  const kept = text.slice(0, Math.max(0, Math.floor(text.length * share) - 1)).replace(/[\uD800-\uDBFF]$/, '');
  return encodeIntent({ ...intent, text: kept });
}

/** The intent of a value we once sent; `unknown` for anything else, such as a forged one. */
export function decodeIntent(value: string | undefined, fields?: Fields): Intent {
  const raw = parse(value);
  const intent = raw === null ? null : (readArticleIntent(raw) ?? read(raw));
  if (intent === null) return { kind: 'unknown' };
  return fields !== undefined && FORM_INTENTS.has(intent.kind) ? ({ ...intent, fields } as Intent) : intent;
}

function parse(value: string | undefined): Record<string, unknown> | null {
  try {
    const raw: unknown = JSON.parse(value ?? '');
    return typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function read(raw: Record<string, unknown>): Intent | null {
  const { kind } = raw;
  if (kind === 'mine' || kind === 'queue' || kind === 'summary' || kind === 'help') return { kind };
  if (kind === 'read' && typeof raw.articleId === 'string')
    return { kind, articleId: raw.articleId, inquiryId: idOf(raw.inquiryId) };
  if (kind === 'same-person') return readSamePerson(raw);
  const ticketId = idOf(raw.ticketId);
  if (kind === 'show' && ticketId !== null) return { kind, ticketId };
  const change = TICKET_INTENTS.find((known) => known === kind);
  if (change !== undefined && ticketId !== null) return { kind: change, ticketId };
  return readAboutQuestion(raw);
}

function readAboutQuestion(raw: Record<string, unknown>): Intent | null {
  const inquiryId = idOf(raw.inquiryId);
  if (raw.kind === 'solved' && inquiryId !== null) {
    return { kind: 'solved', inquiryId, ...(typeof raw.articleId === 'string' ? { articleId: raw.articleId } : {}) };
  }
  if (raw.kind !== 'open') return null;
  return {
    kind: 'open',
    inquiryId,
    intake: intakeOf(raw.intake),
    ...(typeof raw.text === 'string' ? { text: raw.text } : {}),
    ...(typeof raw.requester === 'string' ? { requester: raw.requester } : {}),
  };
}

function readSamePerson({ other, yes }: Record<string, unknown>): Intent | null {
  return typeof other === 'string' && typeof yes === 'boolean' ? { kind: 'same-person', other, yes } : null;
}

function idOf(value: unknown): number | null {
  return Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : null;
}

/** Only intakes a chat itself can produce; what an agent states (phone, walk-in) is a field of the form. */
function intakeOf(value: unknown): Intake {
  return value === 'message' || value === 'direct-message' || value === 'mention' || value === 'shortcut'
    ? value
    : 'command';
}
