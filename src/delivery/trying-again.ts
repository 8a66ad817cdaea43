/** What a failed delivery means for the next one: how long it waits, what waits with it, and whether it may have arrived. Pure. */
import { DeliveryError } from '../chat/chat-surface';
import { platformOf } from '../domain/person';
import type { OutboxRow } from '../store/rows';

const LONGEST_PAUSE_MS = 5 * 60_000;
/** How often a place that needs an operator is tried again. */
const UNREACHABLE_PAUSE_MS = 30_000;
/** A chat that asks for more has its clock wrong, or the header. */
const LONGEST_ASKED_MS = 60 * 60_000;

/** What waits together with a row that failed: one try tells how a place is, and a chat that asked for a pause gets it. */
export function heldBack({ place }: OutboxRow, error: unknown): string | null {
  if (!(error instanceof DeliveryError)) return null;
  if (error.retryAfterMs !== null) return error.scope === 'place' ? place : `${platformOf(place)}:`;
  return error.problem === 'unreachable' ? place : null;
}

/** What the platform asked for, else 1, 2, 4 … seconds up to five minutes, spread by chance so that not all come back at once. */
export function pauseAfter(attempts: number, problem: string, error: unknown): number {
  if (error instanceof DeliveryError && error.retryAfterMs !== null)
    return Math.min(error.retryAfterMs, LONGEST_ASKED_MS);
  if (problem === 'unreachable') return UNREACHABLE_PAUSE_MS;
  const longest = Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** Math.min(attempts - 1, 10));
  return longest * (0.5 + Math.random() / 2);
}

/**
 * A refusal, or a failure before anything was posted, leaves no more doubt than there was.
 * @param attempt when it began, and whether it came to the post
 */
export function doubtfulSince(
  { doubtfulSince: before }: OutboxRow,
  attempt: { readonly begunAt: Date; readonly posting: boolean },
  error: unknown,
): Date | null {
  const arrived = attempt.posting && !(error instanceof DeliveryError && error.outcome === 'refused');
  return before ?? (arrived ? attempt.begunAt : null);
}
