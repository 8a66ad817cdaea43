/**
 * What went wrong in a call of the Bot Connector, as the helpdesk must take it: worth another try, an operator's job, or
 * hopeless. Pure: knows neither the network nor the place book.
 * Codes: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages
 * and https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
 */
import { DeliveryError } from '../../src/chat/chat-surface';

/** A call that failed. Its message is for operators: no secret, nobody's words, no token. */
export class ConnectorFailure extends Error {
  constructor(
    /**
     * `answer`: Teams answered with an error. `cut`: the connection failed or was cut. `late`: no answer in time. `token`: no
     * token could be had. `address`: a serviceUrl that must not be called.
     */
    readonly kind: 'answer' | 'cut' | 'late' | 'token' | 'address',
    message: string,
    readonly facts: {
      /** The HTTP status. */
      readonly status?: number;
      /** Teams' name of the error, for example `BotNotInConversationRoster`. */
      readonly code?: string;
      readonly retryAfterMs?: number;
      /** Whether the request may have been received, and what it asked for have been done. */
      readonly arrived?: boolean;
      /** What an operator does about it. */
      readonly mend?: string;
    } = {},
  ) {
    super(message);
    this.name = 'ConnectorFailure';
  }
}

/** What was asked of Teams: `post` shows a new message, `open` opens a person's chat, which may be repeated. */
export type Call = 'post' | 'update' | 'open';
export type Audience = 'person' | 'channel';

/** A place that refused us for good: until it is heard of again no call is of use. */
export type Closed = 'blocked' | 'uninstalled';

/** Refusals that are an operator's to mend and say nothing of one person or channel. */
const ADMINISTRATIVE = new Set(['BotDisabledByAdmin', 'InvalidBotApiHost', 'BotNotRegistered', 'NotEnoughPermissions']);
const BLOCKED = new Set(['ConversationBlockedByUser', 'MessageWritesBlocked']);

/** Whether a failure means that the place is closed to us; null when it means something else. */
export function closedBy(error: unknown, call: Call, audience: Audience): Closed | null {
  if (!(error instanceof ConnectorFailure)) return null;
  const { status, code = '' } = error.facts;
  if (status === 404) return isMissingMessage(call, code) ? null : 'uninstalled';
  if (status !== 403 || ADMINISTRATIVE.has(code)) return null;
  // A team that was archived blocks writing for a while; a person's chat does so when they removed or blocked the app.
  if (audience === 'channel') return code === 'BotNotInConversationRoster' ? 'uninstalled' : null;
  return BLOCKED.has(code) ? 'blocked' : 'uninstalled';
}

export function toDeliveryError(error: unknown, call: Call, audience: Audience): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (!(error instanceof ConnectorFailure)) return later(`${call}: ${String(error)}`, call === 'post');
  const { kind, message, facts } = error;
  const text = `${call}: ${message}`;
  if (kind === 'token') return later(message, false);
  if (kind === 'address') return new DeliveryError('unreachable', text);
  if (kind !== 'answer') return later(text, call === 'post' && facts.arrived !== false);
  if (closedBy(error, call, audience) !== null) return closed(text, audience);
  return ofStatus(facts.status ?? 0, text, call, facts);
}

function ofStatus(status: number, text: string, call: Call, facts: ConnectorFailure['facts']): DeliveryError {
  if (status === 429) return new DeliveryError('later', text, facts.retryAfterMs ?? null, 'place');
  if (status === 404) return new DeliveryError(call === 'update' ? 'gone' : 'never', text);
  if (status === 403) return new DeliveryError('unreachable', text);
  if (status === 401) {
    return later(`${text}; check MICROSOFT_APP_ID and that the bot of that id has the Teams channel`, false);
  }
  if (status === 412 || status === 503) return later(text, false, facts.retryAfterMs);
  if (status >= 500 || status === 408) return later(text, call === 'post', facts.retryAfterMs);
  return new DeliveryError(status >= 400 ? 'never' : 'later', text);
}

function closed(text: string, audience: Audience): DeliveryError {
  return audience === 'person'
    ? new DeliveryError('never', `${text}; nothing more is sent to this person until they write to the app again`)
    : new DeliveryError('unreachable', `${text}; add the app to the team, or name another channel in helpdesk.yaml`);
}

function later(text: string, isUnsure: boolean, retryAfterMs: number | null = null): DeliveryError {
  return new DeliveryError('later', text, retryAfterMs, 'place', isUnsure ? 'unknown' : 'refused');
}

/** Of a message, or of the post whose thread it is to be in: the conversation is there. */
function isMissingMessage(call: Call, code: string): boolean {
  return code === 'ActivityNotFoundInConversation' || (call === 'update' && code !== 'ConversationNotFound');
}

/**
 * Of a Retry-After header: seconds, or a date.
 * @returns milliseconds from now; undefined for none and for one that is no such thing
 */
export function retryAfterMs(header: string | null, now: Date): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now.getTime();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), LONGEST_WAIT_MS);
}

/** A header that asks for more is broken. */
const LONGEST_WAIT_MS = 60 * 60_000;

/** Teams' name of an error, in either of the forms its answers have. */
export function errorCode(body: string): string | undefined {
  const answer = objectOf(parsed(body));
  const error = objectOf(answer['error']);
  const inner = objectOf(error['innerHttpError']);
  const code = [answer['subCode'], error['subCode'], inner['subCode'], error['code'], answer['code']].find(
    (each) => typeof each === 'string' && /^[A-Za-z0-9_.-]{1,64}$/.test(each),
  );
  return code as string | undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

interface TokenTrouble {
  readonly pattern: RegExp;
  readonly message: string;
  readonly mend: string;
}

/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const TOKEN_TROUBLES: readonly TokenTrouble[] = [
  {
    pattern: /AADSTS7000215/,
    message: 'MICROSOFT_APP_PASSWORD is not a client secret of the app (AADSTS7000215)',
    mend: 'Copy the Value, not the Secret ID, of a client secret under "Certificates & secrets" into MICROSOFT_APP_PASSWORD',
  },
  {
    pattern: /AADSTS7000222/,
    message: 'the client secret in MICROSOFT_APP_PASSWORD has expired (AADSTS7000222)',
    mend: 'Make a new client secret under "Certificates & secrets" and put its Value into MICROSOFT_APP_PASSWORD',
  },
  {
    pattern: /AADSTS(700016|7000112|7000229)/,
    message: 'the directory knows no enabled app with the id in MICROSOFT_APP_ID',
    mend: 'Check MICROSOFT_APP_ID and MICROSOFT_APP_TENANT_ID against "Overview" of the app registration',
  },
  {
    pattern: /AADSTS(90002|900023|900021)/,
    message: 'there is no directory (tenant) with the id in MICROSOFT_APP_TENANT_ID',
    mend: 'Copy the Directory (tenant) ID of the app registration into MICROSOFT_APP_TENANT_ID',
  },
  {
    pattern: /CredentialUnavailable|ManagedIdentity|AggregateAuthentication|ChainedTokenCredential/,
    message: 'this machine has no managed identity for MICROSOFT_APP_ID',
    mend: 'Assign the identity to the machine, or set MICROSOFT_APP_TYPE=SingleTenant and MICROSOFT_APP_PASSWORD',
  },
];

/** @param error what the token could not be had for; its text may name ids and traces and is not passed on */
export function tokenFailure(error: unknown): ConnectorFailure {
  const text = error instanceof Error ? `${error.name} ${error.message}` : String(error);
  const known = TOKEN_TROUBLES.find(({ pattern }) => pattern.test(text));
  if (known !== undefined) return refusedToken(known.message, known.mend);
  const code = /AADSTS\d+/.exec(text)?.[0];
  const mend =
    code === undefined
      ? 'Check that this machine can reach https://login.microsoftonline.com, and MICROSOFT_APP_TENANT_ID, then try again'
      : `Look ${code} up at https://login.microsoftonline.com/error`;
  return refusedToken(`no token for Teams could be had${code === undefined ? '' : ` (${code})`}`, mend);
}

function refusedToken(message: string, mend: string): ConnectorFailure {
  return new ConnectorFailure('token', message, { mend });
}
