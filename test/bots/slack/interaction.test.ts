import type { BlockAction, GlobalShortcut, MessageShortcut, SlashCommand, ViewSubmitAction } from '@slack/bolt';
import {
  decodeText,
  fromAction,
  fromCommand,
  fromMention,
  fromMessage,
  fromReaction,
  fromShortcut,
  fromSubmission,
  reactedMessageOf,
  threadRootOf,
} from '../../../bots/slack/interaction';
import type { SlackMessageEvent, SlackReactionEvent } from '../../../bots/slack/interaction';
import buttonClaim from '../../fixtures/slack/button-claim.json';
import buttonForged from '../../fixtures/slack/button-forged.json';
import buttonLink from '../../fixtures/slack/button-link.json';
import command from '../../fixtures/slack/command.json';
import directMessage from '../../fixtures/slack/direct-message.json';
import mention from '../../fixtures/slack/mention.json';
import menuRelease from '../../fixtures/slack/menu-release.json';
import reaction from '../../fixtures/slack/reaction.json';
import shortcutGlobal from '../../fixtures/slack/shortcut-global.json';
import shortcutMessage from '../../fixtures/slack/shortcut-message.json';
import submission from '../../fixtures/slack/submission.json';
import threadReply from '../../fixtures/slack/thread-reply.json';

const SELF = { userId: 'U0BOT', botId: 'B0BOT' };

function typed(text: string) {
  return fromCommand({ ...command, text }).intent;
}

describe('a /helpdesk command', () => {
  it('is known by its trigger id and its author', () => {
    expect(fromCommand(command as SlashCommand)).toEqual({
      id: 'slack:trigger:11.22.command',
      user: { id: 'U0EWA', name: 'ewa' },
      intent: { kind: 'ask', text: 'my vpn drops', intake: 'command' },
    });
  });

  it.each([
    ['', { kind: 'open', inquiryId: null, intake: 'command' }],
    ['   ', { kind: 'open', inquiryId: null, intake: 'command' }],
    ['mine', { kind: 'mine' }],
    ['Moje', { kind: 'mine' }],
    ['QUEUE', { kind: 'queue' }],
    ['kolejka', { kind: 'queue' }],
    ['summary', { kind: 'summary' }],
    ['Podsumowanie', { kind: 'summary' }],
    [' help ', { kind: 'help' }],
    ['pomoc', { kind: 'help' }],
    ['--verbose', { kind: 'help' }],
    ['-h', { kind: 'help' }],
    ['/queue', { kind: 'help' }],
    ['printer', { kind: 'ask', text: 'printer', intake: 'command' }],
    ['constructor', { kind: 'ask', text: 'constructor', intake: 'command' }],
    ['help me with vpn', { kind: 'ask', text: 'help me with vpn', intake: 'command' }],
  ])('of %j means %j', (text, intent) => {
    expect(typed(text)).toEqual(intent);
  });

  it('is read as typed, without Slack’s escapes', () => {
    expect(typed('a &lt; b &amp;amp; c')).toEqual({ kind: 'ask', text: 'a < b &amp; c', intake: 'command' });
  });
});

describe('Slack’s markup', () => {
  it.each([
    ['<https://a.example/x>', 'https://a.example/x'],
    ['<http://a.example|a.example>', 'http://a.example'],
    ['<https://evil.example|your bank>', 'your bank (https://evil.example)'],
    ['<mailto:a@b.example|a@b.example>', 'a@b.example'],
    ['<@U123>', '@U123'],
    ['<@U123|ewa>', '@ewa'],
    ['<#C1|general>', '#general'],
    ['<!here> look', '@here look'],
    ['<!subteam^S1|@it-team>', '@it-team'],
    ['&lt;!channel&gt;', '<!channel>'],
    ['plain <b>', 'plain <b>'],
  ])('%j was typed as %j', (text, plain) => {
    expect(decodeText(text)).toBe(plain);
  });
});

describe('a click', () => {
  it('carries the intent of its button', () => {
    expect(fromAction(buttonClaim as unknown as BlockAction)).toEqual({
      id: 'slack:trigger:11.22.action',
      user: { id: 'U0EWA', name: 'ewa' },
      intent: { kind: 'claim', ticketId: 42 },
    });
  });

  it('carries the intent of its menu entry', () => {
    expect(fromAction(menuRelease as unknown as BlockAction)?.intent).toEqual({ kind: 'release', ticketId: 42 });
  });

  it('on a forged value is an unknown intent', () => {
    expect(fromAction(buttonForged as unknown as BlockAction)?.intent).toEqual({ kind: 'unknown' });
  });

  it('on a link is nobody’s business but the browser’s', () => {
    expect(fromAction(buttonLink as unknown as BlockAction)).toBeNull();
  });
});

describe('a submitted form', () => {
  const body = submission as unknown as ViewSubmitAction;

  it('is the intent it was opened with, and what was typed by field name, empty fields left out', () => {
    expect(fromSubmission(body).intent).toEqual({
      kind: 'open',
      inquiryId: 7,
      intake: 'command',
      text: 'my vpn drops',
      fields: { summary: 'VPN drops <every> hour & more', priority: 'P3', requester: 'slack:U0JAN' },
    });
  });

  it('is the same interaction when it is sent again, and another once it was corrected, though Slack keeps id and hash', () => {
    const corrected = structuredClone(submission);
    corrected.view.state.values.summary.value.value = 'VPN drops every day';

    const first = fromSubmission(body).id;

    expect(first).toMatch(/^slack:view:V0FORM:/);
    expect(fromSubmission(structuredClone(body)).id).toBe(first);
    expect(fromSubmission(corrected as unknown as ViewSubmitAction).id).not.toBe(first);
  });

  it('with private data we never wrote is an unknown intent', () => {
    const forged = { ...submission, view: { ...submission.view, private_metadata: 'DROP' } };
    expect(fromSubmission(forged as unknown as ViewSubmitAction).intent).toEqual({ kind: 'unknown' });
  });
});

describe('a shortcut', () => {
  it('from anywhere opens an empty ticket', () => {
    expect(fromShortcut(shortcutGlobal as unknown as GlobalShortcut, SELF)).toMatchObject({
      id: 'slack:trigger:11.22.shortcut',
      intent: { kind: 'open', inquiryId: null, intake: 'shortcut' },
    });
  });

  it('on somebody else’s message opens a ticket for its author, with its text', () => {
    expect(fromShortcut(shortcutMessage as unknown as MessageShortcut, SELF).intent).toEqual({
      kind: 'open',
      inquiryId: null,
      intake: 'message',
      text: 'My intranet (https://intra.example.com) shows <error 500>',
      requester: 'slack:U0JAN',
    });
  });

  it('takes along what is forwarded in it and the names of its files', () => {
    const message = {
      ...{ type: 'message', user: 'U0JAN', ts: '1.1', text: '' },
      attachments: [{ is_share: true, text: 'The printer is on fire' }],
      files: [{ name: 'fire.png', permalink: 'https://acme.slack.com/files/1' }],
    };
    expect(fromShortcut({ ...shortcutMessage, message } as unknown as MessageShortcut, SELF).intent).toMatchObject({
      text: 'The printer is on fire\nfire.png https://acme.slack.com/files/1',
    });
  });

  it.each([
    ['one’s own message', { user: 'U0EWA' }],
    ['a bot’s message', { user: 'U0OTHER', bot_id: 'B0OTHER' }],
    ['the helpdesk’s message', { user: 'U0BOT' }],
  ])('on %s opens a ticket for whoever clicked', (_whose, author) => {
    const body = { ...shortcutMessage, message: { ...shortcutMessage.message, ...author } };
    expect(fromShortcut(body as unknown as MessageShortcut, SELF).intent).not.toHaveProperty('requester');
  });

  it('we do not know is an unknown intent', () => {
    const body = { ...shortcutGlobal, callback_id: 'retired' } as unknown as GlobalShortcut;
    expect(fromShortcut(body, SELF).intent).toEqual({ kind: 'unknown' });
  });
});

describe('a direct message', () => {
  const event: SlackMessageEvent = directMessage.event;
  const hear = (change: object) => fromMessage({ ...event, ...change }, 'T0HELP', SELF, null);

  it('is a question, answered where it was asked, and known by its place and time', () => {
    expect(hear({})).toEqual({
      id: 'slack:T0HELP:D0EWA:1790000004.000100',
      user: { id: 'U0EWA', name: '' },
      intent: {
        kind: 'ask',
        text: 'printer on 3rd floor eats paper',
        intake: 'direct-message',
        answerTo: 'slack:D0EWA',
      },
    });
  });

  it('below a message that shows no ticket is a question, answered in that thread', () => {
    expect(hear({ thread_ts: '1790000000.000900' })?.intent).toMatchObject({
      kind: 'ask',
      answerTo: 'slack:D0EWA',
      thread: 'slack:D0EWA:1790000000.000900',
    });
    expect(hear({ thread_ts: event.ts })?.intent).not.toHaveProperty('thread');
  });

  it('knows the same words as the command', () => {
    expect(hear({ text: 'Moje' })?.intent).toEqual({ kind: 'mine' });
  });

  it('names its files, with or without words', () => {
    const files = [{ name: 'error.png', permalink: 'https://acme.slack.com/files/1' }];
    expect(hear({ subtype: 'file_share', text: '', files })?.intent).toMatchObject({
      kind: 'ask',
      text: 'error.png https://acme.slack.com/files/1',
    });
  });

  it('with /me in front is words all the same', () => {
    expect(hear({ subtype: 'me_message', text: 'cannot print' })?.intent).toMatchObject({
      kind: 'ask',
      text: 'cannot print',
    });
  });

  it('is asked in the words that are forwarded, below those of whoever forwards them', () => {
    const forwarded = { is_share: true, text: 'My VPN drops &amp; drops', fallback: '[today] Jan: My VPN drops' };
    const preview = { is_msg_unfurl: true, text: 'What a link leads to' };
    expect(hear({ text: '', attachments: [forwarded] })?.intent).toMatchObject({
      kind: 'ask',
      text: 'My VPN drops & drops',
    });
    expect(hear({ text: 'Can you help Jan?', attachments: [preview, forwarded] })?.intent).toMatchObject({
      kind: 'ask',
      text: 'Can you help Jan?\nMy VPN drops & drops',
    });
  });

  it.each([
    ['an edit', { subtype: 'message_changed' }],
    ['a deletion', { subtype: 'message_deleted' }],
    ['a bot', { bot_id: 'B0OTHER' }],
    ['the helpdesk itself', { user: 'U0BOT' }],
    ['Slackbot', { user: 'USLACKBOT' }],
    ['a join', { subtype: 'channel_join' }],
  ])('from %s is ignored', (_who, change) => {
    expect(hear(change)).toBeNull();
    expect(threadRootOf({ ...event, thread_ts: '1.0', ...change }, SELF)).toBeNull();
  });

  it('in the thread of a ticket is a reply to it', () => {
    const reply = { ...event, thread_ts: '1790000000.000900' };
    expect(threadRootOf(reply, SELF)).toBe('slack:D0EWA:1790000000.000900');
    expect(fromMessage(reply, 'T0HELP', SELF, 42)?.intent).toEqual({
      kind: 'reply',
      ticketId: 42,
      origin: 'slack:D0EWA',
      fields: { text: 'printer on 3rd floor eats paper' },
    });
  });
});

describe('a message in a channel', () => {
  const event: SlackMessageEvent = threadReply.event;

  it('in the thread of a ticket is an internal note', () => {
    expect(threadRootOf(event, SELF)).toBe('slack:C0SUPPORT:1790000000.000100');
    expect(fromMessage(event, 'T0HELP', SELF, 42)).toEqual({
      id: 'slack:T0HELP:C0SUPPORT:1790000006.000100',
      user: { id: 'U0ANNA', name: '' },
      intent: { kind: 'note', ticketId: 42, origin: 'slack:C0SUPPORT', fields: { text: 'I think it is the <router>' } },
      message: 'slack:C0SUPPORT:1790000006.000100',
    });
  });

  it('anywhere else is not for the helpdesk', () => {
    expect(fromMessage(event, 'T0HELP', SELF, null)).toBeNull();
  });
});

describe('a mention', () => {
  const event: SlackMessageEvent = mention.event;

  it('is a question without the bot’s name', () => {
    expect(fromMention(event, 'T0HELP', SELF, null)?.intent).toEqual({
      kind: 'ask',
      text: 'how do I reset my password?',
      intake: 'mention',
    });
  });

  it('without words asks for help', () => {
    expect(fromMention({ ...event, text: '<@U0BOT>' }, 'T0HELP', SELF, null)?.intent).toEqual({ kind: 'help' });
  });

  it('in a ticket’s thread is the very note that the message itself is', () => {
    const twin = { ...threadReply.event, text: '<@U0BOT> look at the router' };
    expect(fromMention(twin, 'T0HELP', SELF, 42)).toEqual(fromMessage(twin, 'T0HELP', SELF, 42));
  });
});

describe('an emoji on a ticket’s card', () => {
  const event: SlackReactionEvent = reaction.event;

  it.each([
    ['eyes', 'claim'],
    ['eyes::skin-tone-2', 'claim'],
    ['white_check_mark', 'resolve'],
    ['heavy_check_mark', 'resolve'],
    ['rotating_light', 'urgent'],
  ])('%s means %s, without a form', (emoji, kind) => {
    const made = { ...event, reaction: emoji };
    expect(reactedMessageOf(made, SELF)).toBe('slack:C0SUPPORT:1790000000.000100');
    expect(fromReaction(made, { ticketId: 42, version: null })).toEqual({
      id: `slack:C0SUPPORT:1790000000.000100:U0ANNA:${emoji}:1790000007.000100`,
      user: { id: 'U0ANNA', name: '' },
      intent: { kind, ticketId: 42, quick: true },
    });
  });

  it.each(['book', 'open_book', 'book::skin-tone-2'])('%s makes an article, of anybody’s message', (emoji) => {
    const made = { ...event, reaction: emoji, item_user: 'U0BEN' };
    expect(reactedMessageOf(made, SELF)).toBe('slack:C0SUPPORT:1790000000.000100');
    expect(fromReaction(made, { ticketId: 42, version: 7 })?.intent).toEqual({
      kind: 'article-from',
      ticketId: 42,
      event: 7,
      quick: true,
    });
  });

  it('on one of its answers is not about the ticket', () => {
    expect(fromReaction(event, { ticketId: 42, version: 7 })).toBeNull();
  });

  it.each([
    ['another emoji', { reaction: 'tada' }],
    ['somebody else’s message', { item_user: 'U0JAN' }],
    ['a file', { item: { type: 'file' } }],
    ['the helpdesk’s own hand', { user: 'U0BOT' }],
  ])('means nothing for %s', (_what, change) => {
    expect(reactedMessageOf({ ...event, ...change }, SELF)).toBeNull();
  });
});
