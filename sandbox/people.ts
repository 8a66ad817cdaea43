/** Who lives in the sandbox, and where. */
import type { Person } from '../src/domain/person';
import { languageOf } from '../src/domain/person';
import type { World, WorldUser } from './slack/slack-world';

const user = (id: string, name: string, realName: string, locale: string): WorldUser => ({
  id,
  name,
  realName,
  email: `${name}@example.com`,
  locale,
  timezone: 'Europe/Warsaw',
});

export const NORA = user('U0NORA', 'nora', 'Nora Lewis', 'en-US');
export const ANNA = user('U0ANNA', 'anna', 'Anna Kowalska', 'en-US');
export const BEN = user('U0BEN', 'ben', 'Ben Okafor', 'en-US');
export const MARK = user('U0MARK', 'mark', 'Mark Jensen', 'en-US');
export const ZOFIA = user('U0ZOFIA', 'zofia', 'Zofia Nowak', 'pl-PL');
const LUIS = user('U0LUIS', 'luis', 'Luis Romero', 'en-US');
const CLARA = user('U0CLARA', 'clara', 'Clara Weiss', 'en-US');

export const AGENTS = [ANNA, BEN];
/** Employees besides Nora, whose requests are there already when a visitor comes. */
export const OTHERS = [LUIS, ZOFIA, CLARA];

export const SUPPORT_CHANNEL = 'C0SUPPORT';
export const INFRA_CHANNEL = 'C0INFRA';
export const GENERAL_CHANNEL = 'C0GENERAL';

const EVERYBODY = [NORA, ANNA, BEN, MARK, ...OTHERS];
const ids = (users: readonly WorldUser[]): string[] => users.map(({ id }) => id);

export const WORLD: World = {
  team: { id: 'T0SANDBOX', domain: 'sandbox' },
  users: EVERYBODY,
  channels: [
    { id: GENERAL_CHANNEL, name: 'general', members: ids(EVERYBODY), botIsMember: true },
    { id: SUPPORT_CHANNEL, name: 'it-support', members: ids([ANNA, BEN, MARK]), botIsMember: true },
    { id: INFRA_CHANNEL, name: 'it-infrastructure', members: ids([BEN, CLARA]), botIsMember: true },
  ],
};

/** Somebody of the sandbox as the helpdesk knows them. */
export function personOf({ id, realName, email, locale }: WorldUser): Person {
  return { id: `slack:${id}`, name: realName, email, language: languageOf(locale), address: `slack:${id}` };
}
