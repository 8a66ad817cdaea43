/** Who may do what. Agents and managers are whoever the chat says is in the channel at the moment they act. */
import type { Address, Person, PersonId } from './domain/person';
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

  isAgent(line: SupportLine, person: PersonId): Promise<boolean> {
    return line.agents === 'channel-members'
      ? this.isAmong(line.channels, person)
      : Promise.resolve(line.agents.includes(person));
  }

  /** The lines whose agent a person is. @throws Refusal not-an-agent when there are none. */
  async linesOf(person: PersonId): Promise<LineKey[]> {
    const { lines } = this.parts;
    const answers = await Promise.all(lines.map((line) => this.isAgent(line, person)));
    const keys = lines.filter((_, index) => answers[index]).map((line) => line.key);
    if (keys.length === 0) throw new Refusal({ code: 'not-an-agent', line: lines[0]?.name ?? '' });
    return keys;
  }

  /** The lines whose summary a person may read. @throws Refusal not-a-manager when there are none. */
  async linesManagedBy(person: PersonId): Promise<SupportLine[]> {
    const { lines } = this.parts;
    const answers = await Promise.all(lines.map((line) => this.isAmong(line.managers, person)));
    const managed = lines.filter((_, index) => answers[index]);
    if (managed.length === 0) throw new Refusal({ code: 'not-a-manager' });
    return managed;
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

  /** Whether a person is one of these, or a member of one of these channels. */
  private async isAmong(places: readonly Address[], person: PersonId): Promise<boolean> {
    if (places.includes(person)) return true;
    const channels = places.filter((place) => this.parts.roster.isChannel(place));
    const answers = await Promise.allSettled(channels.map((channel) => this.parts.roster.isMember(channel, person)));
    if (answers.some((answer) => answer.status === 'fulfilled' && answer.value)) return true;
    if (answers.some((answer) => answer.status === 'rejected')) throw new Refusal({ code: 'roster-unavailable' });
    return false;
  }
}
