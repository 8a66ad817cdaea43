/**
 * What somebody may read: the one place that computes it. The chats are asked at each question, for no longer than somebody
 * waits without noticing, and only about those whom an article is for. Whoever a chat cannot speak for is nobody special.
 */
import { AGENTS, ANYBODY, EVERYONE, hasEmail, wordOfGroup, wordOfLine, wordsOfAudience } from './domain/audience';
import type { Group, Memberships } from './domain/audience';
import type { PersonId } from './domain/person';
import type { Roster, SupportLine } from './domain/support-line';
import type { Roles } from './roles';
import { within } from './patience';

export interface ReadershipParts {
  readonly lines: readonly SupportLine[];
  readonly groups: readonly Group[];
  readonly roles: Pick<Roles, 'idsOf' | 'isAmong' | 'isAgent'>;
  readonly roster: Roster;
}

/** A chat waits three seconds for an answer, of which finding out who asks takes up to 0.8 s. */
const PATIENCE_MS = 600;

export class Readership {
  constructor(private readonly parts: ReadershipParts) {}

  /** To which of the groups that these audiences name a person belongs. Never throws. */
  async of(person: PersonId, audiences: Iterable<string>): Promise<Memberships> {
    const wanted = new Set([...audiences].flatMap(wordsOfAudience));
    wanted.delete(EVERYONE);
    if (wanted.size === 0) return ANYBODY;
    const found = new Set([EVERYONE]);
    await within(
      PATIENCE_MS,
      this.find(person, wanted, found).catch(() => undefined),
    );
    // What is found out later must not change an answer under way.
    return new Set(found);
  }

  private async find(person: PersonId, wanted: ReadonlySet<string>, found: Set<string>): Promise<void> {
    const { lines, groups, roles } = this.parts;
    const ids = await roles.idsOf(person);
    const account = new Account(ids, this.parts.roster);
    const finding = async (isOne: Promise<boolean>, words: readonly string[]): Promise<void> => {
      if (await isOne.catch(() => false)) for (const word of words) found.add(word);
    };
    await Promise.all([
      ...lines
        .filter((line) => wanted.has(AGENTS) || wanted.has(wordOfLine(line)))
        .map((line) => finding(roles.isAgent(line, person), [AGENTS, wordOfLine(line)])),
      ...groups
        .filter((group) => wanted.has(wordOfGroup(group)))
        .flatMap((group) =>
          [roles.isAmong(group.members, ids), account.isOf(group)].map((isOne) => finding(isOne, [wordOfGroup(group)])),
        ),
    ]);
  }
}

/** What the chats vouch for of somebody's accounts, asked when a group makes it matter, and once. */
class Account {
  private emails: Promise<readonly string[]> | null = null;
  private homes: Promise<readonly string[]> | null = null;

  constructor(
    private readonly ids: readonly PersonId[],
    private readonly roster: Roster,
  ) {}

  async isOf(group: Group): Promise<boolean> {
    const byEmail = group.emailDomains.length > 0 || group.members.some((member) => member.startsWith('mailto:'));
    // At once: a chat says both in one answer.
    const [homes, emails] = await Promise.all([
      group.homes.length > 0 ? this.allHomes() : [],
      byEmail ? this.allEmails() : [],
    ]);
    return homes.some((home) => group.homes.includes(home)) || emails.some((email) => hasEmail(group, email));
  }

  private allHomes(): Promise<readonly string[]> {
    this.homes ??= gathered(this.ids.map((id) => this.roster.homesOf(id)));
    return this.homes;
  }

  /** Asked of the chats, not of our notes: addresses are given to somebody else in time, and people become guests. */
  private allEmails(): Promise<readonly string[]> {
    this.emails ??= gathered(
      this.ids.map(async (id) => {
        const { email } = await this.roster.person(id);
        return email === null ? [] : [email];
      }),
    );
    return this.emails;
  }
}

/** What those say who can. */
async function gathered(asked: readonly Promise<readonly string[]>[]): Promise<string[]> {
  const answers = await Promise.allSettled(asked);
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
}
