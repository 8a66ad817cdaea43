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
import type { Deed, History, Phase } from './history';

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

/** Words as they stand in a message's blocks. */
export const wordsOf = (message: Pick<SlackMessage, 'blocks'>): string => JSON.stringify(message.blocks);
const NOT_SAVED = /could not save this just now/;
const TROUBLE = /could not save this|could not confirm|taking longer than usual|Something broke/;
const titleOf = (modal: OpenModal | null): string => JSON.stringify(modal?.view ?? '');
const isForm = (modal: OpenModal | null): modal is OpenModal =>
  modal?.view.blocks.some(({ type }) => type === 'input') === true;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const windowSays = (person: SlackPerson, words: RegExp): boolean => words.test(titleOf(person.modal()));

/** Waits a moment for something; undefined when it did not come. */
async function soon<T>(look: () => T | undefined, limitMs: number): Promise<T | undefined> {
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
  private open = true;
  private serial = 0;
  private readonly work: Promise<void>[] = [];

  constructor(
    private readonly slack: SlackStandIn,
    private readonly chance: Chance,
    readonly history: History,
    /** How long each person rests between two deeds, in milliseconds. */
    private readonly rest = PAUSE_MS,
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
      await pause(this.chance.between(this.rest.from, this.rest.to));
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
    const words = `words ${(this.serial += 1)}.`;
    this.note(person, 'say', words, 'invoke');
    await person.say(status.channel, words, status.ts);
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
    const troubles = async (): Promise<number> =>
      (await agent.messages(SUPPORT)).filter((message) => message.ephemeral && TROUBLE.test(wordsOf(message))).length;
    const before = await troubles();
    this.note(agent, 'claim', card.ts, 'invoke');
    const outcome = await agent.click(card, { label: 'Claim' });
    this.history.answered(agent.userId, `claim ${card.ts}`, outcome);
    // What is said beside the card comes a moment after the acknowledgement.
    if (outcome.ok) await pause(100);
    this.note(agent, 'claim', card.ts, outcome.ok && (await troubles()) === before ? 'ok' : 'unknown');
  }

  private async reply(agent: SlackPerson, card: SlackMessage): Promise<void> {
    if (!(await this.form(agent, () => agent.click(card, { label: 'Reply' })))) return;
    const words = `words ${(this.serial += 1)}.`;
    const sent = (): { ticket?: number } | undefined => (agent.modal() === null ? {} : undefined);
    await this.submit(agent, 'reply', words, { 'Your message': words }, sent);
  }

  private async openTicket(person: SlackPerson): Promise<void> {
    if (!(await this.form(person, () => person.command(GENERAL, '/helpdesk', '')))) return;
    const words = `Request ${(this.serial += 1)}.`;
    await this.submit(person, 'open', words, { Summary: words }, () => {
      const number = /Ticket #(\d+) is open/.exec(titleOf(person.modal()))?.[1];
      return number === undefined ? undefined : { ticket: Number(number) };
    });
    await person.closeModal();
  }

  /** Sends the open form until it is answered: Slack keeps the window with what was typed when no answer came. */
  private async submit(
    person: SlackPerson,
    deed: Deed,
    words: string,
    values: Record<string, string>,
    done: () => { ticket?: number } | undefined,
  ): Promise<void> {
    const viewId = person.modal()?.viewId;
    let mayBeTaken = false;
    this.note(person, deed, words, 'invoke');
    while (isForm(person.modal()) && person.modal()?.viewId === viewId) {
      const outcome = await person.submitModal(values);
      this.history.answered(person.userId, `${deed} "${words}"`, outcome);
      // A delivery without an answer may have done it, whatever is said of a later one.
      if (outcome.status === 0) mayBeTaken = true;
      const told = outcome.ok ? done() : undefined;
      if (told !== undefined) return this.note(person, deed, words, 'ok', told);
      // Beside the form: "could not be saved, try again".
      await pause(this.chance.between(50, 200));
    }
    const told = await soon(done, PATIENCE_MS);
    if (told !== undefined) return this.note(person, deed, words, 'ok', told);
    this.note(person, deed, words, !mayBeTaken && windowSays(person, NOT_SAVED) ? 'fail' : 'unknown');
    await person.closeModal();
  }

  /** Gets a form open, however often it must be asked for. @returns whether it is */
  private async form(
    person: SlackPerson,
    ask: () => Promise<{ readonly status: number; readonly elapsedMs: number }>,
  ): Promise<boolean> {
    await person.closeModal();
    for (let attempt = 0; attempt < 20; attempt += 1) {
      this.history.answered(person.userId, 'asking for a form', await ask());
      if ((await soon(() => (isForm(person.modal()) ? true : undefined), 300)) !== undefined) return true;
      if (!this.open && attempt > 3) break;
      await pause(this.chance.between(50, 200));
    }
    return false;
  }

  private note(
    { userId: who }: SlackPerson,
    op: Deed,
    key: string,
    phase: Phase,
    more: { ticket?: number } = {},
  ): void {
    this.history.note({ who, op, key, phase, ...more });
  }
}
