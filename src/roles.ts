/**
 * Who may do what. Agents and managers are whoever a chat says is in the channel at the moment they act, by any of their
 * ids: somebody of one chat is in a channel of another as the person they said they are there.
 */
import type { Address, Person, PersonId } from './domain/person';
import { platformOf } from './domain/person';
import { Refusal } from './domain/refusal';
import type { LineKey, Roster, SupportLine } from './domain/support-line';
import type { Store } from './store/store';

export interface RolesParts {
  readonly store: Store;
  readonly lines: readonly SupportLine[];
  readonly roster: Roster;
}

/** Every question throws Refusal roster-unavailable when the chat cannot say: not knowing is not a yes. */
export class Roles {
  constructor(private readonly parts: RolesParts) {}

  async isAgent(line: SupportLine, person: PersonId): Promise<boolean> {
    return this.isAgentBy(line, await this.idsOf(person));
  }

  /** The same of whoever has these ids. */
  isAgentBy(line: SupportLine, ids: readonly PersonId[]): Promise<boolean> {
    return this.isAmong(agentsOf(line), ids);
  }

  /** The lines whose agent a person is. @throws Refusal not-an-agent when there are none. */
  async linesOf(person: PersonId): Promise<LineKey[]> {
    const { lines } = this.parts;
    const ids = await this.idsOf(person);
    const answers = await Promise.all(lines.map((line) => this.isAmong(agentsOf(line), ids)));
    const keys = lines.filter((_, index) => answers[index]).map((line) => line.key);
    if (keys.length === 0) throw new Refusal({ code: 'not-an-agent', line: lines[0]?.name ?? '' });
    return keys;
  }

  /** The lines whose summary a person may read. @throws Refusal not-a-manager when there are none. */
  async linesManagedBy(person: PersonId): Promise<SupportLine[]> {
    const { lines } = this.parts;
    const ids = await this.idsOf(person);
    const answers = await Promise.all(lines.map((line) => this.isAmong(line.managers, ids)));
    const managed = lines.filter((_, index) => answers[index]);
    if (managed.length === 0) throw new Refusal({ code: 'not-a-manager' });
    return managed;
  }

  /** Every id of a person, the given one first. */
  idsOf(person: PersonId): Promise<readonly [PersonId, ...PersonId[]]> {
    return this.parts.store.read((session) => session.identities.idsOf(person));
  }

  /** Whom somebody files a request for: themselves, or, as an agent of the line, somebody else. @throws Refusal not-an-agent */
  async requesterFor(chosen: PersonId | null, by: Person, line: SupportLine): Promise<Person> {
    if (chosen === null || chosen === by.id || (await this.idsOf(by.id)).includes(chosen)) return by;
    if (!(await this.isAgent(line, by.id))) throw new Refusal({ code: 'not-an-agent', line: line.name });
    return this.person(chosen);
  }

  /** Somebody known, or else asked of the chat. */
  async person(id: PersonId): Promise<Person> {
    const known = await this.parts.store.read((session) => session.people.find(id));
    if (known !== null) return known;
    try {
      return await this.parts.roster.person(id);
    } catch {
      throw new Refusal({ code: 'roster-unavailable' });
    }
  }

  /** Whether a person is one of these, or a member of one of these channels. One yes is enough, whoever else cannot say. */
  async isAmong(places: readonly Address[], ids: readonly PersonId[]): Promise<boolean> {
    if (ids.some((id) => places.includes(id))) return true;
    const { roster } = this.parts;
    const channels = places.filter((place) => roster.isChannel(place));
    const asked = channels.flatMap((channel) => ids.map((id) => roster.isMember(channel, id)));
    const answers = await Promise.allSettled(asked);
    if (answers.some((answer) => answer.status === 'fulfilled' && answer.value)) return true;
    if (answers.some((answer) => answer.status === 'rejected')) throw new Refusal({ code: 'roster-unavailable' });
    return false;
  }
}

/** The agents by id, or the channels whose members they are. */
function agentsOf({ agents, channels }: SupportLine): readonly Address[] {
  return agents === 'channel-members' ? channels : agents;
}

/** The rosters of several chats as one, by platform: each is asked only about its own people and channels. */
export function rosterAcross(chats: ReadonlyMap<string, Roster>): Roster {
  const of = (address: Address): Roster => {
    const roster = chats.get(platformOf(address));
    if (roster === undefined) throw new Error(`no chat for ${platformOf(address)}`);
    return roster;
  };
  return {
    isChannel: (place) => chats.get(platformOf(place))?.isChannel(place) ?? false,
    // By their ids elsewhere they may be; see Roles.
    isMember: async (channel, person) =>
      platformOf(channel) === platformOf(person) && of(channel).isMember(channel, person),
    person: async (id) => of(id).person(id),
    homesOf: async (id) => of(id).homesOf(id),
  };
}
