/**
 * How an event of a ticket's history is sealed: a hash over the hash before it and its own content, so that nothing in the
 * chain can be changed, taken out or put in unnoticed. Who acted and what they wrote is in the hash only by salted digests:
 * when the salt is destroyed the words can be erased, nobody can guess them from the digest, and the chain still holds.
 * Never to be changed: the hashes out there were made like this.
 */
import { hash, randomUUID } from 'node:crypto';

/** What is sealed of an event. */
export interface Sealable {
  readonly ticketId: number;
  readonly version: number;
  readonly actor: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly what: { readonly kind: string };
}

/** The salt, null once it is destroyed; and the digest of salt and content. */
export type SealedPart = readonly [salt: string | null, digest: string];

/** The parts of an event that may be erased later. */
export interface Seal {
  readonly actor: SealedPart;
  /** Whom it is about, when that is somebody else. */
  readonly to?: SealedPart;
  /** What was written; absent when nothing was. */
  readonly words?: SealedPart;
}

/** What may be erased, apart from what may not. */
export interface Parts {
  readonly actor: string;
  readonly to: string | null;
  readonly words: string | null;
  readonly facts: readonly (readonly [string, unknown])[];
}

/** Fields that people write. */
const WORDS: ReadonlySet<string> = new Set(['text', 'reason']);

export function partsOf({ actor, what }: Sealable): Parts {
  const fields = Object.entries(what)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const isPerson = (name: string): boolean => what.kind === 'assigned' && name === 'to';
  const words = fields.filter(([name, value]) => WORDS.has(name) && value !== '');
  const to = fields.find(([name]) => isPerson(name))?.[1];
  return {
    actor,
    to: typeof to === 'string' ? to : null,
    words: words.length === 0 ? null : JSON.stringify(words),
    facts: fields.filter(([name]) => !WORDS.has(name) && !isPerson(name)),
  };
}

export function sealOf(event: Sealable): Seal {
  const { actor, to, words } = partsOf(event);
  return {
    actor: sealed(actor),
    ...(to === null ? {} : { to: sealed(to) }),
    ...(words === null ? {} : { words: sealed(words) }),
  };
}

/** @param previous the hash of the event before; '' for the first */
export function hashOf(previous: string, event: Sealable, seal: Seal): string {
  const { ticketId, version, at } = event;
  const digests = [seal.actor[1], seal.to?.[1] ?? null, seal.words?.[1] ?? null];
  return sha256(JSON.stringify([previous, ticketId, version, at, partsOf(event).facts, digests]));
}

/** Whether content is what was sealed; only while its salt is there. */
export function opens([salt, digest]: SealedPart, content: string): boolean {
  return salt !== null && digestOf(salt, content) === digest;
}

function sealed(content: string): SealedPart {
  // Drawn ahead of need by the runtime, many at once.
  const salt = randomUUID();
  return [salt, digestOf(salt, content)];
}

function digestOf(salt: string, content: string): string {
  return sha256(`${salt}:${content}`);
}

function sha256(text: string): string {
  return hash('sha256', text, 'base64url');
}
