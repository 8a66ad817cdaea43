/** What the bot says of itself when it arrives. */
import type { Address } from '../../domain/person';
import type { Card } from '../card';
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

/** To a channel, and to whoever sets the helpdesk up. @param address of the channel, as `helpdesk.yaml` names it */
export function channelWelcomeCard(address: Address, say: Say): Card {
  return {
    title: say('welcome.channel.title'),
    summary: say('welcome.channel.title'),
    parts: [
      { kind: 'text', text: say('welcome.channel.text') },
      { kind: 'note', text: say('welcome.channel.address') },
      { kind: 'quote', text: address },
    ],
    actions: [],
  };
}
