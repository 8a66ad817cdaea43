/** What the bot says of itself when it arrives. */
import type { Address } from '../../domain/person';
import type { Card, Part } from '../card';
import type { Say } from '../words';
import { helpCard } from './list-cards';

/** To one person, in their own chat with the bot. */
export function welcomeCard(say: Say): Card {
  const { parts } = helpCard(say, true);
  return {
    title: say('welcome.title'),
    summary: say('welcome.title'),
    parts: [{ kind: 'text', text: say('welcome.text') }, ...parts],
    actions: [{ label: say('form.open.title'), intent: { kind: 'open', inquiryId: null, intake: 'direct-message' } }],
  };
}

/**
 * To a channel, and to whoever sets the helpdesk up.
 * @param address of the channel, as `helpdesk.yaml` names it
 * @param line the name of the line whose tickets are shown there; null when `helpdesk.yaml` does not name the channel
 */
export function channelWelcomeCard(address: Address, line: string | null, say: Say): Card {
  const setUp: Part[] =
    line === null
      ? [
          { kind: 'note', text: say('welcome.channel.address') },
          { kind: 'quote', text: address },
        ]
      : [{ kind: 'text', text: say('welcome.channel.line', { line }) }];
  return {
    title: say('welcome.channel.title'),
    summary: say('welcome.channel.title'),
    parts: [{ kind: 'text', text: say('welcome.channel.text') }, ...setUp],
    actions: [],
  };
}
