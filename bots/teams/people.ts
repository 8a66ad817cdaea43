/** Who people are and which teams they are in, asked of Teams. */
import type { Clock } from '../../src/clock';
import type { Address, Language, Person, PersonId } from '../../src/domain/person';
import { languageOf } from '../../src/domain/person';
import type { Roster } from '../../src/domain/support-line';
import { cleanText, cut } from '../../src/domain/text';
import type { Log } from '../../src/log';
import { Acquaintances } from '../acquaintances';
import type { Told } from '../acquaintances';
import type { Connector, Member } from './connector';
import { addressKind, idOf, personId } from './place';
import type { Places } from './places';

/** As long as the database keeps it. */
const NAME_LIMIT = 191;
/** In how many teams somebody is looked for whom the bot has not met. */
const TEAMS_ASKED = 5;

/** What an activity says of whoever sent it. */
export interface Speaker {
  readonly aadObjectId: string;
  readonly name: string | null;
  /** For example `pl-PL`. */
  readonly locale: string | null;
}

/** A conversation in which somebody may be asked for. */
export interface Asked {
  readonly serviceUrl: string;
  readonly conversationId: string;
}

export class TeamsPeople {
  readonly #known: Acquaintances;

  /** @param tenants whose people are ours, in lower case; null when none are configured: everybody's, on this machine */
  constructor(
    private readonly connector: Connector,
    private readonly places: Places,
    private readonly tenants: readonly string[] | null,
    clock: Clock,
    private readonly log: Log,
  ) {
    this.#known = new Acquaintances('Teams', clock);
  }

  /** The person who speaks; what the activity said of them when Teams does not tell in time. */
  async personOf(speaker: Speaker, where: Asked): Promise<Person> {
    const id = personId(speaker.aadObjectId);
    const person = (await this.#known.soon(id, () => this.#lookUp(id, [where]))) ?? stranger(id, speaker.name);
    const spoken = { ...person, language: languageOf(speaker.locale) ?? person.language };
    this.#known.amend(spoken);
    return spoken;
  }

  /** Somebody named by id alone. @throws Error when Teams does not know them, or cannot say */
  async find(id: PersonId): Promise<Person> {
    return (await this.#find(id)).person;
  }

  /** The tenant of their account. @throws Error as `find` does */
  async homesOf(id: PersonId): Promise<readonly Address[]> {
    return (await this.#find(id)).homes;
  }

  /** Their language, if we know it already. */
  languageOf(id: PersonId): Language | null {
    return this.#known.languageOf(id);
  }

  #find(id: PersonId): Promise<Told> {
    return this.#known.find(id, async () => this.#lookUp(id, await this.#whereToAsk(id)));
  }

  /** Their own chat with the bot, or else the teams the bot is in. */
  async #whereToAsk(id: PersonId): Promise<readonly Asked[]> {
    const person = await this.places.person(id);
    if (person !== null && person.conversationId !== null && person.blocked === undefined) {
      return [{ serviceUrl: person.serviceUrl, conversationId: person.conversationId }];
    }
    const teams = await this.places.teams();
    return teams.slice(0, TEAMS_ASKED).map(({ serviceUrl, teamId, conversationId }) => {
      return { serviceUrl, conversationId: teamId ?? conversationId };
    });
  }

  async #lookUp(id: PersonId, where: readonly Asked[]): Promise<Told | null> {
    for (const { serviceUrl, conversationId } of where) {
      try {
        const member = await this.connector.member(serviceUrl, conversationId, await this.places.memberId(id));
        if (member !== null) return this.#told(id, member);
      } catch (error) {
        this.log.warn({ err: error, person: id }, 'Teams did not say who a person is');
      }
    }
    return null;
  }

  #told(id: PersonId, member: Member): Told {
    const email = verifiedEmail(member, this.tenants);
    const person = { ...stranger(id, member.name ?? null), email, language: this.languageOf(id) };
    return { person, homes: homesOf(member) };
  }
}

/**
 * The work address that the person's organisation vouches for; null for guests and people of other organisations, whose
 * address nobody here has checked.
 */
export function verifiedEmail(member: Member, tenants: readonly string[] | null): string | null {
  const { email, tenantId = '' } = member;
  if (isGuest(member)) return null;
  if (tenants !== null && !tenants.includes(tenantId.toLowerCase())) return null;
  return email === undefined || email === '' ? null : email;
}

function isGuest({ userPrincipalName = '', userRole = '' }: Member): boolean {
  return userRole.toLowerCase() === 'guest' || /#EXT#/i.test(userPrincipalName);
}

/** A guest has an account of ours, but is not one of us. */
function homesOf(member: Member): Address[] {
  const { tenantId = '' } = member;
  return tenantId === '' || isGuest(member) ? [] : [`teams:${tenantId.toLowerCase()}`];
}

/** Asked anew each time: who left the team must not act for it a minute longer. */
export class TeamsRoster implements Roster {
  constructor(
    private readonly connector: Connector,
    private readonly places: Places,
    private readonly people: TeamsPeople,
  ) {}

  /** `29:…` is one person, written so in helpdesk.yaml: a place with one member. */
  isChannel(place: Address): boolean {
    return ['channel', 'user'].includes(addressKind(place));
  }

  async person(id: PersonId): Promise<Person> {
    if (addressKind(id) !== 'person') throw new Error(`${id} is not somebody in Teams`);
    return this.people.find(id);
  }

  async homesOf(id: PersonId): Promise<readonly Address[]> {
    return addressKind(id) === 'person' ? this.people.homesOf(id) : [];
  }

  async isMember(channel: Address, person: PersonId): Promise<boolean> {
    if (addressKind(person) !== 'person') return false;
    if (addressKind(channel) === 'user') return (await this.places.identity(channel)) === person;
    // By the channel, not its team: a private channel has fewer members.
    const { serviceUrl, conversationId } = await this.places.channel(channel);
    return (await this.connector.member(serviceUrl, conversationId, await this.places.memberId(person))) !== null;
  }
}

function stranger(id: PersonId, name: string | null): Person {
  const shown = cut(cleanText(name ?? ''), NAME_LIMIT) || (idOf(id) ?? id);
  return { id, name: shown, email: null, language: null, address: id };
}
