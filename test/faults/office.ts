/** The company of the fault tests: its Slack workspace, its helpdesk.yaml, and people who keep working whatever breaks. */
import type {
  OpenModal,
  SlackMessage,
  SlackPerson,
  SlackStandIn,
  World,
  WorldUser,
} from '../../sandbox/slack/slack-world';
import type { Chance } from '../support/chance';

export const SUPPORT = 'C0SUPPORT';
export const GENERAL = 'C0GENERAL';

const user = (id: string, name: string): WorldUser => ({
  id,
  name,
  realName: name,
  email: `${name}@example.com`,
  locale: 'en-US',
  timezone: 'Europe/Warsaw',
});

const REQUESTERS = ['Ada', 'Bob', 'Cleo', 'Dan', 'Eve', 'Finn'].map((name) => user(`U0${name.toUpperCase()}`, name));
const AGENTS = ['Anna', 'Ben'].map((name) => user(`U0${name.toUpperCase()}`, name));
const MANAGER = user('U0MARK', 'Mark');
export const AGENT_IDS = AGENTS.map(({ id }) => id);
const EVERYBODY = [...REQUESTERS, ...AGENTS, MANAGER];

export const WORLD: World = {
  team: { id: 'T0OFFICE', domain: 'office' },
  users: EVERYBODY,
  channels: [
    { id: GENERAL, name: 'general', members: EVERYBODY.map(({ id }) => id), botIsMember: true },
    { id: SUPPORT, name: 'it-support', members: AGENT_IDS, botIsMember: true },
  ],
};

export const DESK = `
language: en
lines:
  - key: it
    name: IT Service Desk
    channels: ['slack:${SUPPORT}']
    agents: channel-members
`;

export const requesters = (slack: SlackStandIn): SlackPerson[] => REQUESTERS.map(({ id }) => slack.person(id));
export const agents = (slack: SlackStandIn): SlackPerson[] => AGENTS.map(({ id }) => slack.person(id));

/** What somebody asked for, and what they were told of it. Written before it is sent: nothing is forgotten. */
export interface Deed {
  readonly who: string;
  readonly kind: 'open' | 'claim' | 'reply' | 'say';
  /** Unique words of an opening, a reply or a message; of a claim, the card's ts. */
  readonly words: string;
  /** `unknown`: no answer, or one that promised nothing. */
  outcome: 'unknown' | 'acknowledged';
  /** The number in the answer. */
  ticket?: number;
}

/** Words as they stand in a message's blocks. */
export const wordsOf = (message: Pick<SlackMessage, 'blocks'>): string => JSON.stringify(message.blocks);
const titleOf = (modal: OpenModal | null): string => JSON.stringify(modal?.view ?? '');
const isForm = (modal: OpenModal | null): modal is OpenModal =>
  modal?.view.blocks.some(({ type }) => type === 'input') === true;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits a moment for something; undefined when it did not come. */
export async function soon<T>(look: () => T | undefined, limitMs: number): Promise<T | undefined> {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = look();
    if (found !== undefined || Date.now() > end) return found;
    await pause(10);
  }
}

/** A person's patience with a window that says "One moment…". */
const PATIENCE_MS = 4000;
const PAUSE_MS = { from: 10, to: 90 };

export class Office {
  /** Append-only. */
  readonly history: Deed[] = [];
  private open = true;
  private serial = 0;
  private readonly work: Promise<void>[] = [];

  constructor(
    private readonly slack: SlackStandIn,
    private readonly chance: Chance,
  ) {}

  /** Everybody begins, and goes on until `close`. */
  begin(): void {
    for (const person of requesters(this.slack)) this.work.push(this.keep(() => this.ask(person)));
    for (const person of agents(this.slack)) this.work.push(this.keep(() => this.serve(person)));
  }

  /** Nobody begins anything new; what is under way is finished. */
  async close(): Promise<void> {
    this.open = false;
    await Promise.all(this.work);
  }

  private async keep(deed: () => Promise<void>): Promise<void> {
    while (this.open) {
      await deed();
      await pause(this.chance.between(PAUSE_MS.from, PAUSE_MS.to));
    }
  }

  private async ask(person: SlackPerson): Promise<void> {
    if (this.chance.between(0, 3) > 0) return this.openTicket(person);
    const mine = (await person.messages(await person.directMessageChannel())).filter(
      ({ threadTs }) => threadTs === null,
    );
    const status = this.chance.of(mine);
    if (status === undefined) return this.openTicket(person);
    // Slack repeats an event until it is taken; the person sees their words at once and is told nothing.
    const deed = this.note(person, 'say', `words ${(this.serial += 1)}.`);
    await person.say(status.channel, deed.words, status.ts);
  }

  private async serve(agent: SlackPerson): Promise<void> {
    const cards = (await agent.messages(SUPPORT)).filter(
      ({ threadTs, fromBot, ephemeral }) => threadTs === null && fromBot && !ephemeral,
    );
    const unclaimed = cards.filter((card) => wordsOf(card).includes('"Claim"')).slice(0, 3);
    const card = this.chance.of(this.chance.between(0, 3) > 0 && unclaimed.length > 0 ? unclaimed : cards);
    if (card === undefined) return;
    if (wordsOf(card).includes('"Claim"')) await this.claim(agent, card);
    else await this.reply(agent, card);
  }

  private async claim(agent: SlackPerson, card: SlackMessage): Promise<void> {
    const deed = this.note(agent, 'claim', card.ts);
    const { ok } = await agent.click(card, { label: 'Claim' });
    if (ok) deed.outcome = 'acknowledged';
  }

  private async reply(agent: SlackPerson, card: SlackMessage): Promise<void> {
    if (!(await this.form(agent, () => agent.click(card, { label: 'Reply' })))) return;
    const deed = this.note(agent, 'reply', `words ${(this.serial += 1)}.`);
    await this.submit(agent, deed, { 'Your message': deed.words }, () => (agent.modal() === null ? true : undefined));
  }

  private async openTicket(person: SlackPerson): Promise<void> {
    if (!(await this.form(person, () => person.command(GENERAL, '/helpdesk', '')))) return;
    const deed = this.note(person, 'open', `Request ${(this.serial += 1)}.`);
    await this.submit(person, deed, { Summary: deed.words }, () => {
      const number = /Ticket #(\d+) is open/.exec(titleOf(person.modal()))?.[1];
      if (number !== undefined) deed.ticket = Number(number);
      return number === undefined ? undefined : true;
    });
    await person.closeModal();
  }

  /** Sends the open form until it is answered: Slack keeps the window with what was typed when no answer came. */
  private async submit(
    person: SlackPerson,
    deed: Deed,
    values: Record<string, string>,
    done: () => true | undefined,
  ): Promise<void> {
    const viewId = person.modal()?.viewId;
    while (isForm(person.modal()) && person.modal()?.viewId === viewId) {
      const { ok } = await person.submitModal(values);
      if (!ok) await pause(this.chance.between(50, 200));
      else if (done() !== undefined) return void (deed.outcome = 'acknowledged');
      // Beside the form: "could not be saved, try again".
    }
    if ((await soon(done, PATIENCE_MS)) !== undefined) deed.outcome = 'acknowledged';
    else await person.closeModal();
  }

  /** Gets a form open, however often it must be asked for. @returns whether it is */
  private async form(person: SlackPerson, ask: () => Promise<unknown>): Promise<boolean> {
    await person.closeModal();
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await ask();
      if ((await soon(() => (isForm(person.modal()) ? true : undefined), 300)) !== undefined) return true;
      if (!this.open && attempt > 3) break;
      await pause(this.chance.between(50, 200));
    }
    return false;
  }

  private note({ userId: who }: SlackPerson, kind: Deed['kind'], words: string): Deed {
    const deed: Deed = { who, kind, words, outcome: 'unknown' };
    this.history.push(deed);
    return deed;
  }
}
