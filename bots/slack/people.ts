/** Who people are and which channels they are in, asked of Slack. */
import type { AuthTestResponse, UsersInfoResponse, WebClient } from '@slack/web-api';
import type { Clock } from '../../src/clock';
import type { Address, Language, Person, PersonId } from '../../src/domain/person';
import { languageOf } from '../../src/domain/person';
import type { Roster } from '../../src/domain/support-line';
import { cleanText, cut } from '../../src/domain/text';
import type { Log } from '../../src/log';
import { Acquaintances } from '../acquaintances';
import type { Told } from '../acquaintances';
import type { SlackUser } from './interaction';

/** As long as the database keeps it; Slack's own limit is 80. */
const NAME_LIMIT = 191;
/** A workspace, and the organisation it belongs to. */
type Home = Pick<AuthTestResponse, 'team_id' | 'enterprise_id'>;

export class SlackPeople {
  readonly #known: Acquaintances;
  #home: Promise<Home> | null = null;

  constructor(
    private readonly client: WebClient,
    clock: Clock,
    private readonly log: Log,
  ) {
    this.#known = new Acquaintances('Slack', clock);
  }

  /** The person behind a user id; what the payload said of them when Slack does not tell in time. */
  async personOf(user: SlackUser): Promise<Person> {
    return (await this.#known.soon(`slack:${user.id}`, () => this.#lookUp(user.id))) ?? stranger(user);
  }

  /** Somebody named by id alone. @throws Error when Slack does not know them, or cannot say. */
  async find(userId: string): Promise<Person> {
    return (await this.#known.find(`slack:${userId}`, () => this.#lookUp(userId))).person;
  }

  /** The workspace and the Enterprise Grid of their account. @throws Error as `find` does */
  async homesOf(userId: string): Promise<readonly Address[]> {
    return (await this.#known.find(`slack:${userId}`, () => this.#lookUp(userId))).homes;
  }

  /** Their language, if we know it already. */
  languageOf(userId: string): Language | null {
    return this.#known.languageOf(`slack:${userId}`);
  }

  async #lookUp(userId: string): Promise<Told | null> {
    try {
      const [{ user }, home] = await Promise.all([
        this.client.users.info({ user: userId, include_locale: true }),
        this.#ourHome(),
      ]);
      const profile = user?.profile;
      const names = [profile?.display_name, user?.real_name, profile?.real_name, user?.name];
      const name = names.map((each) => cut(cleanText(each ?? ''), NAME_LIMIT)).find(Boolean);
      const person: Person = {
        ...stranger({ id: userId, name: name ?? '' }),
        email: user === undefined ? null : workEmail(user, home),
        language: languageOf(user?.locale),
      };
      return { person, homes: user === undefined ? [] : homesOf(user) };
    } catch (error) {
      this.log.warn({ err: error, person: `slack:${userId}` }, 'Slack did not say who a person is');
      return null;
    }
  }

  /** Our own workspace; asked once, as it stays the same. */
  #ourHome(): Promise<Home> {
    this.#home ??= this.client.auth.test().catch((error: unknown) => {
      this.#home = null;
      throw error;
    });
    return this.#home;
  }
}

/** Asked anew each time: who left the support channel must not act for it a minute longer. */
export class SlackRoster implements Roster {
  constructor(
    private readonly client: WebClient,
    private readonly people: SlackPeople,
  ) {}

  /** `C…` is a channel, `G…` an older private one; `U…`, `W…` and `D…` are people. */
  isChannel(place: Address): boolean {
    return /^slack:[CG]/.test(place);
  }

  async person(id: PersonId): Promise<Person> {
    const user = idOf(id);
    if (user === null) throw new Error(`${id} is not somebody in Slack`);
    return this.people.find(user);
  }

  async homesOf(person: PersonId): Promise<readonly Address[]> {
    const user = idOf(person);
    return user === null ? [] : this.people.homesOf(user);
  }

  async isMember(channel: Address, person: PersonId): Promise<boolean> {
    const [place, user] = [idOf(channel), idOf(person)];
    if (place === null || user === null) return false;
    let cursor: string | undefined;
    do {
      const page = { channel: place, limit: 1000, ...(cursor === undefined ? {} : { cursor }) };
      const answer = await this.client.conversations.members(page);
      if (answer.members === undefined) throw new Error('conversations.members: no members in the answer');
      if (answer.members.includes(user)) return true;
      cursor = answer.response_metadata?.next_cursor || undefined;
    } while (cursor !== undefined);
    return false;
  }
}

type User = NonNullable<UsersInfoResponse['user']>;

/**
 * The address by which a person is known in other chats too. None for guests, and for people of other organisations, whose
 * addresses their own administrators may set as they like. https://docs.slack.dev/reference/objects/user-object
 */
function workEmail(user: User, home: Home): string | null {
  const guest = user.is_restricted || user.is_ultra_restricted || user.is_stranger;
  const trusted = !guest && !user.is_bot && !user.deleted && user.is_email_confirmed !== false;
  return trusted && isOneOfUs(user, home) ? (user.profile?.email ?? null) : null;
}

/** A guest has an account of ours, but is not one of us. */
function homesOf({ team_id: team, enterprise_user: enterprise, ...user }: User): Address[] {
  if (user.is_restricted || user.is_ultra_restricted || user.is_bot || user.deleted) return [];
  return [team, enterprise?.enterprise_id].flatMap((home) => (home === undefined ? [] : [`slack:${home}`]));
}

/** In an Enterprise Grid the workspaces of one organisation share their people. In a shared channel others are not marked. */
function isOneOfUs({ team_id: team, enterprise_user: enterprise }: User, home: Home): boolean {
  if (team !== undefined && team === home.team_id) return true;
  return enterprise?.enterprise_id !== undefined && enterprise.enterprise_id === home.enterprise_id;
}

function stranger({ id, name }: SlackUser): Person {
  return { id: `slack:${id}`, name: name || id, email: null, language: null, address: `slack:${id}` };
}

function idOf(address: Address): string | null {
  return /^slack:([A-Z0-9]+)$/.exec(address)?.[1] ?? null;
}
