/** The same company in Teams: people who keep working there whatever breaks, and note what they did and were told. */
import type { Clicked, Dialog, TeamsClient, TeamsMessage, TeamsStandIn } from '../../sandbox/teams/teams-world';
import type { TeamsWorld } from '../../sandbox/teams/teams-world';
import { startTeamsStandIn } from '../../sandbox/teams/stand-in';
import { cardWords, shows, wordsOf } from '../e2e/teams-desk';
import type { Chance } from '../support/chance';
import type { Deed, History, Phase } from './history';
import { pause, SUPPORT } from './office';

const TEAMS_SUPPORT = 'it-support';
const REQUESTERS = ['rita', 'sami', 'tina'];
const AGENTS = ['tess', 'theo'];
const APP = '0d3c1f0a-6f0e-4f7e-9c55-2b8f8f5f1a01';
const TENANT = '7a1f4c2e-3b5d-4e6f-8a9b-0c1d2e3f4a5b';

const TEAMS_WORLD: TeamsWorld = {
  people: [...REQUESTERS, ...AGENTS].map((key) => ({
    key,
    name: `${key[0]!.toUpperCase()}${key.slice(1)} Brown`,
    email: `${key}@contoso.example`,
  })),
  teams: [{ name: 'IT', channels: [TEAMS_SUPPORT], members: AGENTS }],
};

/** Teams asks again once; where a process dies every few seconds it must ask more often. */
const REDELIVERY = { redeliveries: 60, redeliveryPauseMs: 500 };

export const startTeams = (): Promise<TeamsStandIn> =>
  startTeamsStandIn({ appId: APP, tenantId: TENANT, world: TEAMS_WORLD, ...REDELIVERY });

/** The helpdesk.yaml of one line in both chats. */
export function bothChats(teams: TeamsStandIn): string {
  const channels = [`slack:${SUPPORT}`, `teams:${teams.placeId(TEAMS_SUPPORT)}`];
  const line = { key: 'it', name: 'IT Service Desk', channels, agents: 'channel-members' };
  return JSON.stringify({ language: 'en', lines: [line] });
}

/** What the checker looks at. */
export const teamsScene = (standIn: TeamsStandIn) => ({ standIn, channel: TEAMS_SUPPORT, requesters: REQUESTERS });

const TROUBLE = /could not save this|could not confirm|taking longer than usual|Something broke/;
const NOT_SAVED = /could not save this just now/;
/** What whoever clicks Claim is told when it was heard. */
const HEARD = /^Done|claimed this a moment ago/;
/** A person's patience with an answer that comes as a message. */
const PATIENCE_MS = 4000;
const ATTEMPTS = 40;

export class TeamsOffice {
  private open = true;
  private serial = 0;
  private readonly work: Promise<void>[] = [];

  constructor(
    private readonly teams: TeamsStandIn,
    private readonly chance: Chance,
    readonly history: History,
    /** How long each person rests between two deeds, in milliseconds. */
    private readonly rest: { readonly from: number; readonly to: number },
  ) {}

  /** Everybody begins, and goes on until `close`. By this the helpdesk knows where its channel is. */
  async begin(): Promise<void> {
    await this.teams.team('IT').installs(AGENTS[0]!);
    for (const key of REQUESTERS) this.work.push(this.keep(() => this.ask(this.teams.person(key))));
    for (const key of AGENTS) this.work.push(this.keep(() => this.serve(this.teams.person(key))));
  }

  /** Nobody begins anything new; what is under way is finished, and every answer noted. */
  async close(): Promise<void> {
    this.open = false;
    await Promise.all(this.work);
    for (const { activity, status, elapsedMs, at } of this.teams.deliveries) {
      const { from, type, name = '' } = activity as { from?: { name?: string }; type: string; name?: string };
      const what = `${type} ${name} in Teams`;
      this.history.answered(from?.name ?? '', what, { status, elapsedMs }, at);
    }
  }

  private async keep(deed: () => Promise<void>): Promise<void> {
    while (this.open) {
      await deed();
      await pause(this.chance.between(this.rest.from, this.rest.to));
    }
  }

  private async ask(person: TeamsClient): Promise<void> {
    const mine = person
      .messages()
      .filter((message) => message.fromBot && /We have your|is working on/.test(wordsOf(message)));
    const status = this.chance.of(mine);
    if (this.chance.between(0, 3) > 0 || status === undefined) return this.openTicket(person);
    const words = this.words();
    const before = troubles(person);
    this.note(person, 'say', words, 'invoke');
    const { ok } = await person.says(words, { quote: status.id });
    // What is said beside it comes a moment after the acknowledgement.
    if (ok) await pause(100);
    this.note(person, 'say', words, ok && troubles(person) === before ? 'ok' : 'unknown');
  }

  private async openTicket(person: TeamsClient): Promise<void> {
    const words = `Request T${(this.serial += 1)}.`;
    await person.says(words);
    const offers = (message: TeamsMessage): boolean =>
      message.fromBot && shows(message, words) && shows(message, 'Open a ticket');
    const answer = await soon(() => person.messages().find(offers));
    if (answer === undefined) return;
    const form = await this.dialog(() => person.clicks(answer, 'Open a ticket'));
    if (form !== null) await this.submit(person, 'open', words, form, { Summary: words });
  }

  private async serve(agent: TeamsClient): Promise<void> {
    const cards = agent
      .messages(TEAMS_SUPPORT)
      .filter(({ fromBot, seenBy, id, thread }) => fromBot && seenBy === null && id === thread);
    const unclaimed = cards.filter((card) => shows(card, /^Claim$/m)).slice(0, 3);
    const card = this.chance.of(this.chance.between(0, 3) > 0 && unclaimed.length > 0 ? unclaimed : cards);
    if (card === undefined || !shows(card, /^Reply$/m)) return;
    if (shows(card, /^Claim$/m)) return this.claim(agent, card);
    const words = this.words();
    const form = await this.dialog(() => agent.clicks(card, 'Reply'));
    if (form !== null) await this.submit(agent, 'reply', words, form, { 'Your message': words });
  }

  private async claim(agent: TeamsClient, card: TeamsMessage): Promise<void> {
    this.note(agent, 'claim', card.id, 'invoke');
    const clicked = await buttonOf(() => agent.clicks(card, 'Claim'));
    this.note(agent, 'claim', card.id, clicked?.ok === true && HEARD.test(clicked.notice ?? '') ? 'ok' : 'unknown');
  }

  /** Gets a dialog with a form open, however often it must be asked for. */
  private async dialog(ask: () => Promise<Clicked>): Promise<Dialog | null> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const dialog = (await buttonOf(ask))?.dialog ?? null;
      if (dialog !== null && isForm(dialog)) return dialog;
      dialog?.close();
      if (!this.open && attempt > 3) break;
      await pause(this.chance.between(50, 200));
    }
    return null;
  }

  /** Sends a form until it is answered: after trouble the dialog offers to send the same again. */
  private async submit(
    person: TeamsClient,
    deed: Deed,
    words: string,
    form: Dialog,
    values: Readonly<Record<string, string>>,
  ): Promise<void> {
    this.note(person, deed, words, 'invoke');
    let told = '';
    const before = this.teams.deliveries.length;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const { ok } = await form.submit(isForm(form) ? values : {});
      told = ok ? saidIn(form) : '';
      const ticket = ticketIn(told);
      if (ticket > 0) return this.note(person, deed, words, 'ok', { ticket });
      if (ok && !form.isOpen) return this.note(person, deed, words, 'ok');
      // What takes longer is told later, in the chat, and what is refused has no button: nothing can be sent any more.
      if (ok && !canSend(form)) break;
      await pause(this.chance.between(50, 200));
    }
    this.note(person, deed, words, NOT_SAVED.test(told) && !this.wasCutOff(person, before) ? 'fail' : 'unknown');
  }

  /** A delivery without an answer may have done it, whatever is said of a later one. */
  private wasCutOff({ aadObjectId }: TeamsClient, since: number): boolean {
    return this.teams.deliveries
      .slice(since)
      .some(({ activity, status }) => status === 0 && JSON.stringify(activity['from']).includes(aadObjectId));
  }

  private words(): string {
    return `words T${(this.serial += 1)}.`;
  }

  private note(
    { aadObjectId }: TeamsClient,
    op: Deed,
    key: string,
    phase: Phase,
    more: { ticket?: number } = {},
  ): void {
    this.history.note({ who: aadObjectId, op, key, phase, ...more });
  }
}

const ticketIn = (told: string): number => Number(/Ticket #(\d+) is open/.exec(told)?.[1] ?? 0);
const isForm = ({ card }: Dialog): boolean => JSON.stringify(card).includes('"Input.Text"');
const canSend = ({ card }: Dialog): boolean => JSON.stringify(card).includes('"Action.Submit"');
const saidIn = ({ text, card }: Dialog): string => `${text ?? ''}\n${cardWords(card)}`;

function troubles(person: TeamsClient): number {
  return person.messages().filter((message) => message.fromBot && TROUBLE.test(wordsOf(message))).length;
}

/** Null when the card was redrawn meanwhile and the button is gone. */
async function buttonOf(click: () => Promise<Clicked>): Promise<Clicked | null> {
  try {
    return await click();
  } catch {
    return null;
  }
}

async function soon<T>(look: () => T | undefined): Promise<T | undefined> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = look();
    if (found !== undefined || Date.now() > end) return found;
    await pause(20);
  }
}
