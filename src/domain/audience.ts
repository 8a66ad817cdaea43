/**
 * Whom an article is for, and what somebody belongs to: both in the same few words, `everyone`, `agents`, `line:it`,
 * `department:finance`, `organisation:acme`. An audience is a union of them, kept as one text. Pure: who belongs where is
 * asked in `src/readership.ts`.
 */
import type { Address } from './person';
import type { LineKey, SupportLine } from './support-line';

export const EVERYONE = 'everyone';
/** The agents of any line. */
export const AGENTS = 'agents';

/** As long as the database keeps it. */
const AUDIENCE_LIMIT = 1000;
const KINDS = /^(?:line|department|organisation):[a-z0-9-]{1,32}$/;

/** What a reader belongs to, as audiences name it. */
export type Memberships = ReadonlySet<string>;

/** Somebody of whom nothing is known. */
export const ANYBODY: Memberships = new Set([EVERYONE]);

/** People with something in common that articles can be for. */
export interface Group {
  readonly kind: 'department' | 'organisation';
  readonly key: string;
  readonly name: string;
  /** Ids of people, `mailto:` addresses, and channels whose members they are. */
  readonly members: readonly Address[];
  /** In lower case; of addresses that the chat vouches for. */
  readonly emailDomains: readonly string[];
  /** Whose accounts theirs are: `slack:T…` and `slack:E…` for a workspace or Enterprise Grid, `teams:…` for a tenant. */
  readonly homes: readonly Address[];
}

/** The words of an audience. */
export function wordsOfAudience(audience: string): string[] {
  return audience.split(',');
}

/** The audience of these words, the same whatever their order. */
function audienceOf(words: Iterable<string>): string {
  const unique = new Set(words);
  return unique.has(EVERYONE) || unique.size === 0 ? EVERYONE : [...unique].sort().join(',');
}

export function isFor(audience: string, reader: Memberships): boolean {
  return wordsOfAudience(audience).some((word) => reader.has(word));
}

export function wordOfLine({ key }: Pick<SupportLine, 'key'>): string {
  return `line:${key}`;
}

export function wordOfGroup({ kind, key }: Pick<Group, 'kind' | 'key'>): string {
  return `${kind}:${key}`;
}

/** What any agent of a line may read: what is shown in its channels is read by all of them. */
export function agentsOfLine(line: Pick<SupportLine, 'key'>): Memberships {
  return new Set([EVERYONE, AGENTS, wordOfLine(line)]);
}

/** The lines whose agents may be shown how this line's tickets were resolved. */
function linesShownTicketsOf(line: SupportLine, lines: readonly SupportLine[]): readonly SupportLine[] {
  if (line.similarTickets === 'line') return [line];
  return lines.filter(
    ({ key, escalatesTo }) => key === line.key || key === line.escalatesTo || escalatesTo === line.key,
  );
}

/** Who is shown how a line's tickets were resolved. A line that is no longer there is nobody's. */
export function audienceOfTickets(key: LineKey, lines: readonly SupportLine[]): string {
  const line = lines.find((each) => each.key === key);
  if (line === undefined) return wordOfLine({ key });
  const words = linesShownTicketsOf(line, lines).map(wordOfLine);
  // Not just `everyone`: what agents are shown of a ticket is more than what requesters are.
  return [...(line.similarTickets === 'requesters' ? [EVERYONE] : []), ...words].join(',');
}

/** Every word an audience may have at a desk. */
export function audiencesAt(lines: readonly Pick<SupportLine, 'key'>[], groups: readonly Group[]): string[] {
  return [EVERYONE, AGENTS, ...lines.map(wordOfLine), ...groups.map(wordOfGroup)];
}

/**
 * The audience that an author wrote, as a list or as text with commas or semicolons between.
 * @param known the words of this desk; null to take any of the right shape
 * @returns the audience, or what is wrong with it
 */
export function readAudience(
  written: readonly string[],
  known: readonly string[] | null,
): { readonly audience: string } | { readonly problem: string } {
  const words = written
    .flatMap((part) => part.split(/[,;]/))
    .map((word) =>
      word
        .trim()
        .toLowerCase()
        .replace(/^organization:/, 'organisation:'),
    )
    .filter((word) => word !== '');
  const wrong = words.find((word) => !(known === null ? isAudienceWord(word) : known.includes(word)));
  if (wrong !== undefined) {
    const allowed = known ?? [EVERYONE, AGENTS, 'line:KEY', 'department:KEY', 'organisation:KEY'];
    const where = known === null ? '' : ' here';
    return { problem: `the audience "${wrong}" is not known${where}: use ${listed(allowed)}` };
  }
  const audience = audienceOf(words);
  if (audience.length <= AUDIENCE_LIMIT) return { audience };
  return { problem: `the audience is longer than ${AUDIENCE_LIMIT} characters: name fewer groups` };
}

function isAudienceWord(word: string): boolean {
  return word === EVERYONE || word === AGENTS || KINDS.test(word);
}

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}, or several with commas between`;
}

/** Whether an e-mail address that a chat vouches for makes its owner one of the group. */
export function hasEmail({ members, emailDomains }: Group, email: string): boolean {
  const address = email.toLowerCase();
  const domain = /@([^@]+)$/.exec(address)?.[1];
  return (
    (domain !== undefined && emailDomains.includes(domain)) ||
    members.some((member) => member.toLowerCase() === `mailto:${address}`)
  );
}
