/** One built service on one Slack stand-in, with what the fault tests ask of both. */
import type { SlackMessage, SlackPerson, SlackStandIn } from '../../sandbox/slack/slack-world';
import { startSlackStandIn } from '../../sandbox/slack/stand-in';
import { ServiceProcess } from '../support/service-process';
import { until } from '../support/until';
import { agents, DESK, GENERAL, requesters, SUPPORT, WORLD, wordsOf } from './office';

export interface Rig {
  readonly slack: SlackStandIn;
  readonly service: ServiceProcess;
  /** Somebody with a problem, and two who can help. */
  readonly ada: SlackPerson;
  readonly anna: SlackPerson;
  readonly ben: SlackPerson;
  /** The cards in the support channel, oldest first. */
  cards(): Promise<SlackMessage[]>;
  /** What the bot told somebody in their direct messages. */
  told(person: SlackPerson): Promise<SlackMessage[]>;
  close(): Promise<void>;
}

export async function openRig(database: string, desk = DESK): Promise<Rig> {
  const slack = await startSlackStandIn({ world: WORLD, retryDelaysMs: [500, 1000, 2000] });
  const service = await ServiceProcess.prepare({ slack, database, desk });
  slack.setRequestUrl(service.requestUrl);
  await service.start();
  const [ada] = requesters(slack) as [SlackPerson];
  const [anna, ben] = agents(slack) as [SlackPerson, SlackPerson];
  return {
    slack,
    service,
    ada,
    anna,
    ben,
    cards: async () => (await anna.messages(SUPPORT)).filter(isPost),
    told: async (person) => (await person.messages(await person.directMessageChannel())).filter(isPost),
    close: async () => {
      await service.dispose();
      await slack.close();
    },
  };
}

function isPost({ fromBot, ephemeral, threadTs }: SlackMessage): boolean {
  return fromBot && !ephemeral && threadTs === null;
}

/** All a person's open window says; '' when none is open. */
export const windowOf = (person: SlackPerson): string => JSON.stringify(person.modal()?.view ?? '');

/** The newest thing only this person sees in the channel where they type commands. */
export async function answerTo(person: SlackPerson): Promise<string> {
  const own = (await person.messages(GENERAL)).filter(({ ephemeral }) => ephemeral).at(-1);
  return own === undefined ? '' : wordsOf(own);
}

/** Gets the ticket form open. */
export async function openForm(person: SlackPerson): Promise<void> {
  await person.closeModal();
  await person.command(GENERAL, '/helpdesk', '');
  await until(() => Promise.resolve(windowOf(person).includes('"input"') ? true : undefined));
}

/** Opens a ticket through its form. @returns its number */
export async function openTicket(person: SlackPerson, summary: string): Promise<number> {
  await openForm(person);
  await person.submitModal({ Summary: summary });
  return numberTold(person);
}

/** The number of the ticket in the open window, once it is there. */
export function numberTold(person: SlackPerson): Promise<number> {
  return until(() => {
    const number = /Ticket #(\d+) is open/.exec(windowOf(person))?.[1];
    return Promise.resolve(number === undefined ? undefined : Number(number));
  }, 20_000);
}
