/** A team as its owner changes it: the app put in or taken out, people added or removed. */
import type { Spot } from './activities';
import type { Wiring } from './person';
import type { Team } from './state';
import type { Outcome, TeamsTeam } from './teams-world';

export class OwnedTeam implements TeamsTeam {
  constructor(
    private readonly team: Team,
    private readonly wiring: Wiring,
  ) {}

  get id(): string {
    return this.team.id;
  }

  get name(): string {
    return this.team.name;
  }

  async installs(by: string): Promise<Outcome> {
    const { state, delivery, activities } = this.wiring;
    const who = state.somebody(by);
    this.team.installed = true;
    const [outcome] = await Promise.all([
      delivery.send(activities.installation(who, this.general(), 'add')),
      delivery.send(activities.members(who, this.general(), 'membersAdded', [activities.member(null)])),
    ]);
    return outcome;
  }

  async uninstalls(by: string): Promise<Outcome> {
    const { state, delivery, activities } = this.wiring;
    const who = state.somebody(by);
    this.team.installed = false;
    const [outcome] = await Promise.all([
      delivery.send(activities.installation(who, this.general(), 'remove')),
      delivery.send(activities.members(who, this.general(), 'membersRemoved', [activities.member(null)])),
    ]);
    return outcome;
  }

  adds(person: string): Promise<Outcome> {
    this.team.members.add(this.wiring.state.somebody(person).key);
    return this.moved(person, 'membersAdded');
  }

  removes(person: string): Promise<Outcome> {
    this.team.members.delete(person);
    return this.moved(person, 'membersRemoved');
  }

  private moved(person: string, change: 'membersAdded' | 'membersRemoved'): Promise<Outcome> {
    const { state, delivery, activities } = this.wiring;
    const who = state.somebody(person);
    return delivery.send(activities.members(who, this.general(), change, [activities.member(who)]));
  }

  private general(): Spot {
    return { place: this.wiring.state.placeNamed(this.team.id), thread: null };
  }
}
