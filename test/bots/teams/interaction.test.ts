import { readActivity } from '../../../bots/teams/activity';
import type { Activity } from '../../../bots/teams/activity';
import {
  answeredBy,
  commandedAt,
  deliveryKey,
  fromCommand,
  fromData,
  fromMessage,
  fromReaction,
  isForUs,
  reactedMessageOf,
  userOf,
} from '../../../bots/teams/interaction';
import type { Heard, TeamsUser } from '../../../bots/teams/interaction';
import { textOfHtml } from '../../../bots/teams/typed-text';
import * as slack from '../../../bots/slack/interaction';
import buttonClaim from '../../fixtures/teams/button-claim.json';
import buttonForged from '../../fixtures/teams/button-forged.json';
import buttonInEphemeral from '../../fixtures/teams/button-in-ephemeral.json';
import command from '../../fixtures/teams/command.json';
import directMessage from '../../fixtures/teams/direct-message.json';
import mention from '../../fixtures/teams/mention.json';
import menuRelease from '../../fixtures/teams/menu-release.json';
import reaction from '../../fixtures/teams/reaction.json';
import shortcutGlobal from '../../fixtures/teams/shortcut-global.json';
import shortcutMessage from '../../fixtures/teams/shortcut-message.json';
import submission from '../../fixtures/teams/submission.json';
import threadReply from '../../fixtures/teams/thread-reply.json';
import slackButtonClaim from '../../fixtures/slack/button-claim.json';
import slackButtonForged from '../../fixtures/slack/button-forged.json';
import slackButtonInEphemeral from '../../fixtures/slack/button-in-ephemeral.json';
import slackCommand from '../../fixtures/slack/command.json';
import slackDirectMessage from '../../fixtures/slack/direct-message.json';
import slackMention from '../../fixtures/slack/mention.json';
import slackMenuRelease from '../../fixtures/slack/menu-release.json';
import slackReaction from '../../fixtures/slack/reaction.json';
import slackShortcutGlobal from '../../fixtures/slack/shortcut-global.json';
import slackShortcutMessage from '../../fixtures/slack/shortcut-message.json';
import slackSubmission from '../../fixtures/slack/submission.json';
import slackThreadReply from '../../fixtures/slack/thread-reply.json';
import type { Intent } from '../../../src/chat/interaction';

const EWA = 'teams:e0a00000-0000-4000-8000-0000000000e1';
const JAN = 'teams:0ba00000-0000-4000-8000-0000000000b1';
const SUPPORT = '19:0f1e2d3c4b5a69788796a5b4c3d2e1f0@thread.tacv2';
const CHAT = directMessage.conversation.id;
/** A message that shows ticket 42. */
const ON_CARD = { ticketId: 42, version: null };

function read(raw: unknown): Activity {
  const activity = readActivity(raw);
  if (activity === null) throw new Error('not an activity');
  return activity;
}

/** Hears an activity of a fixture as its author. */
function hear<H>(interpret: (activity: Activity, user: TeamsUser) => H, raw: object, change: object = {}): H {
  const activity = read({ ...raw, ...change });
  const user = userOf(activity, false);
  if (user === null) throw new Error('nobody');
  return interpret(activity, user);
}

const say = (raw: object, change: object = {}, ticketId: number | null = null): Heard | null =>
  hear((activity, user) => fromMessage(activity, user, ticketId), raw, change);

describe('what is done in Slack and in Teams alike', () => {
  const SELF = { userId: 'U0BOT', botId: 'B0BOT' };
  const any = (payload: unknown): never => payload as never;
  /** The same people and places under their names in either chat. */
  const NAMES: readonly (readonly [slack: string, teams: string])[] = [
    ['slack:U0JAN', JAN],
    ['slack:D0EWA', EWA],
    ['slack:C0SUPPORT', `teams:${SUPPORT}`],
  ];
  const inTeams = (intent: Intent | undefined): unknown =>
    JSON.parse(NAMES.reduce((text, [there, here]) => text.replaceAll(there, here), JSON.stringify(intent)));

  it.each<[string, Heard | null, Pick<Heard, 'intent'> | null]>([
    ['a command', say(command), slack.fromCommand(any(slackCommand))],
    ['a button', hear(fromData, buttonClaim), slack.fromAction(any(slackButtonClaim))],
    ['a forged button', hear(fromData, buttonForged), slack.fromAction(any(slackButtonForged))],
    ['a button in private', hear(fromData, buttonInEphemeral), slack.fromAction(any(slackButtonInEphemeral))],
    ['a menu', hear(fromData, menuRelease), slack.fromAction(any(slackMenuRelease))],
    ['a form', hear(fromData, submission), slack.fromSubmission(any(slackSubmission))],
    ['a direct message', say(directMessage), slack.fromMessage(slackDirectMessage.event, 'T0HELP', SELF, null)],
    ['a mention', say(mention), slack.fromMention(slackMention.event, 'T0HELP', SELF, null)],
    ['a note in a thread', say(threadReply, {}, 42), slack.fromMessage(slackThreadReply.event, 'T0HELP', SELF, 42)],
    [
      'an emoji',
      hear((a, u) => fromReaction(a, u, ON_CARD), reaction),
      slack.fromReaction(slackReaction.event, ON_CARD),
    ],
    [
      'a shortcut',
      hear((a, u) => fromCommand(a, u), shortcutGlobal),
      slack.fromShortcut(any(slackShortcutGlobal), SELF),
    ],
    [
      'a shortcut on a message',
      hear((a, u) => fromCommand(a, u), shortcutMessage),
      slack.fromShortcut(any(slackShortcutMessage), SELF),
    ],
  ])('%s is the same intent', (_what, here, there) => {
    expect(here?.intent).toEqual(inTeams(there?.intent));
  });
});

describe('words in the personal chat', () => {
  const typed = (text: string): Intent | undefined => say(directMessage, { text, attachments: [] })?.intent;

  it('are known by their place and id, and their author by the directory alone', () => {
    expect(say(directMessage)).toMatchObject({
      id: `teams:${CHAT}:1790000004000`,
      user: { id: EWA, userId: '29:1ewaNowakForThisBotOnly0123456789', name: 'Ewa Nowak', locale: 'pl-PL' },
    });
  });

  it.each([
    ['', { kind: 'help' }],
    ['   ', { kind: 'help' }],
    ['mine', { kind: 'mine' }],
    ['/mine', { kind: 'mine' }],
    ['Moje', { kind: 'mine' }],
    ['/helpdesk moje', { kind: 'mine' }],
    ['helpdesk QUEUE', { kind: 'queue' }],
    ['Helpdesk kolejka', { kind: 'queue' }],
    ['summary', { kind: 'summary' }],
    ['pomoc', { kind: 'help' }],
    ['/foo', { kind: 'help' }],
    ['/helpdesk --verbose', { kind: 'help' }],
    ['/helpdesk', { kind: 'open', inquiryId: null, intake: 'command' }],
    ['helpdesk', { kind: 'open', inquiryId: null, intake: 'direct-message' }],
    ['/HELPDESK ', { kind: 'open', inquiryId: null, intake: 'command' }],
  ])('%j mean %j', (text, intent) => {
    expect(typed(text)).toEqual(intent);
  });

  it.each([
    ['/helpdesk my vpn drops', 'my vpn drops', 'command'],
    ['helpdesk\nmy vpn drops', 'my vpn drops', 'direct-message'],
    ['helpdesks are nice', 'helpdesks are nice', 'direct-message'],
    ['helpdesk-1 is down', 'helpdesk-1 is down', 'direct-message'],
    ['constructor', 'constructor', 'direct-message'],
    ['help me with vpn', 'help me with vpn', 'direct-message'],
  ])('%j ask %j', (text, asked, intake) => {
    expect(typed(text)).toEqual({ kind: 'ask', text: asked, intake, answerTo: EWA });
  });

  it('without a text or with one that is none ask for help', () => {
    expect(say(directMessage, { text: undefined })?.intent).toEqual({ kind: 'help' });
    expect(say(directMessage, { text: { a: 1 } })?.intent).toEqual({ kind: 'help' });
  });

  it('name their files', () => {
    const contentType = 'application/vnd.microsoft.teams.file.download.info';
    const file = { contentType, name: 'error.png', contentUrl: 'https://acme.sharepoint.com/error.png' };

    expect(say(directMessage, { text: '', attachments: [file] })?.intent).toMatchObject({
      text: 'error.png https://acme.sharepoint.com/error.png',
    });
  });

  it.each([
    ['a &lt; b &amp;amp; c', 'a < b &amp; c'],
    ['x&nbsp;&#8211;&nbsp;&#x201c;y&#x201d;', 'x – “y”'],
    ['&notanentity; &#1114112; &', '&notanentity; &#1114112; &'],
    ['plain <b>', 'plain <b>'],
    ['<at>Jan Nowak</at> broke it', '@Jan Nowak broke it'],
    ['nul\u0000l and \ud800 half', 'null and \ufffd half'],
    ['a\r\nb', 'a\nb'],
  ])('%j were typed as %j', (text, plain) => {
    expect(typed(text)).toMatchObject({ kind: 'ask', text: plain });
  });
});

describe('a quotation in the personal chat', () => {
  const QUOTE =
    '<blockquote itemscope="" itemtype="http://schema.skype.com/Reply" itemid="1790000000500">\r\n<strong itemprop="mri" itemid="28:x">Helpdesk</strong><span itemprop="time" itemid="1790000000500"></span>\r\n<p itemprop="preview">Card</p></blockquote>';
  const attachments = [{ contentType: 'text/html', content: `${QUOTE}<p>It is &lt;still&gt; broken</p><p>today</p>` }];

  it('of a ticket’s message is a public reply to it, without what was quoted', () => {
    const change = { text: 'Helpdesk Card It is &lt;still&gt; broken today', attachments };

    expect(hear(answeredBy, directMessage, change)).toEqual([{ ref: `${EWA}|1790000000500`, place: EWA }]);
    expect(say(directMessage, change, 42)?.intent).toEqual({
      kind: 'reply',
      ticketId: 42,
      origin: EWA,
      fields: { text: 'It is <still> broken\ntoday' },
    });
  });

  it('is known by its entity as well', () => {
    const entities = [{ type: 'quotedReply', quotedReply: { messageId: '1790000000500' } }];
    const change = { text: '<quoted messageId="1790000000500"/> still broken', entities, attachments: [] };

    expect(hear(answeredBy, directMessage, change)).toEqual([{ ref: `${EWA}|1790000000500`, place: EWA }]);
    expect(say(directMessage, change, 42)?.intent).toMatchObject({ fields: { text: 'still broken' } });
  });

  it('of anything else is a question', () => {
    expect(say(directMessage, { attachments }, null)?.intent).toMatchObject({ kind: 'ask' });
  });

  it('without words of one’s own is nothing', () => {
    expect(say(directMessage, { attachments: [{ contentType: 'text/html', content: QUOTE }] }, 42)).toBeNull();
  });
});

describe('words in a channel', () => {
  it('are a question only with the bot’s name, which is no part of it', () => {
    expect(say(mention)?.intent).toEqual({ kind: 'ask', text: 'how do I reset my password?', intake: 'mention' });
    expect(say(mention, { entities: [] })).toBeNull();
  });

  it('are one without a tag for the name, as older clients send it', () => {
    const entities = [{ type: 'mention', mentioned: mention.recipient }];
    expect(say(mention, { entities })?.intent).toMatchObject({ text: 'how do I reset my password?' });
  });

  it('that mention others name them', () => {
    const jan = { type: 'mention', mentioned: { id: '29:jan', name: 'Jan' }, text: '<at>Jan</at>' };
    const entities = [...mention.entities, jan];

    expect(say(mention, { text: '<at>Helpdesk</at> ask <at>Jan</at>', entities })?.intent).toMatchObject({
      text: 'ask @Jan',
    });
  });

  it('that mention only others are not for the bot', () => {
    const entities = [{ type: 'mention', mentioned: { id: '29:jan', name: 'Jan' }, text: '<at>Jan</at>' }];
    expect(isForUs(read({ ...mention, entities }))).toBe(false);
  });

  it('below a ticket are an internal note, with the bot’s name or without it', () => {
    const ref = `teams:${SUPPORT};messageid=1790000000000|1790000000000`;
    expect(hear(answeredBy, threadReply)).toEqual([{ ref, place: `teams:${SUPPORT}` }]);

    const named = { text: '<at>Helpdesk</at> I think it is the &lt;router&gt;', entities: mention.entities };
    expect(say(threadReply, named, 42)).toEqual(say(threadReply, {}, 42));
  });

  it('that begin a thread answer nothing', () => {
    expect(hear(answeredBy, mention)).toEqual([]);
  });

  it('of a group chat are heard like those of a channel, without threads', () => {
    const conversation = { conversationType: 'groupChat', isGroup: true, tenantId: 'x', id: '19:lunch@thread.v2' };
    expect(say(mention, { conversation })?.intent).toMatchObject({ kind: 'ask', intake: 'mention' });
    expect(say(mention, { conversation, entities: [] })).toBeNull();
  });

  it('are a channel’s even where the client does not say so', () => {
    const { conversationType: _left, ...conversation } = threadReply.conversation;
    expect(say(threadReply, { conversation }, 42)?.intent.kind).toBe('note');
  });
});

describe('a button', () => {
  it('is known by its delivery', () => {
    expect(hear(fromData, buttonClaim).id).toBe(`teams:${buttonClaim.conversation.id}:${buttonClaim.id}`);
  });

  it.each([
    ['no data', {}],
    ['data that is a text', { action: { data: 'claim' } }],
    ['another’s data', { action: { data: { actionId: 'approve' } } }],
    ['an intent that is no text', { action: { data: { helpdesk: { kind: 'claim', ticketId: 42 } } } }],
    ['fields without a form', { action: { data: { helpdesk: '{"kind":"nothing"}', f_text: 'x' } } }],
  ])('with %s is an unknown intent', (_what, value) => {
    expect(hear(fromData, buttonClaim, { value }).intent).toEqual({ kind: 'unknown' });
  });

  it('cannot say where its answer goes, or who has seen it', () => {
    const helpdesk = JSON.stringify({
      kind: 'note',
      ticketId: 42,
      origin: 'teams:19:x',
      quick: true,
      fields: { text: 'x' },
    });
    expect(hear(fromData, buttonClaim, { value: { action: { data: { helpdesk } } } }).intent).toEqual({
      kind: 'note',
      ticketId: 42,
    });
  });
});

describe('a submitted form', () => {
  const again = (data: object, change: object = {}): string =>
    hear(fromData, submission, { ...change, value: { data: { ...submission.value.data, ...data } } }).id;

  it('is the same interaction when it comes again late, and another once it was corrected', () => {
    const first = again({});

    expect(again({}, { id: 'f:another', timestamp: 'later' })).toBe(first);
    expect(again({ f_summary: 'VPN drops every day' })).not.toBe(first);
    expect(again({ nonce: 'opened anew' })).not.toBe(first);
  });

  it('of somebody else is never the same, though they copied everything', () => {
    expect(again({}, { from: reaction.from })).not.toBe(again({}));
  });

  it('names a picked person by the directory, in lower case', () => {
    expect(hear(fromData, submission).intent).toMatchObject({ fields: { requester: JAN } });
  });
});

describe('a command on a message', () => {
  const on = (message: object): Intent => {
    const payload = { ...shortcutMessage.value.messagePayload, ...message };
    return hear((a, u) => fromCommand(a, u), shortcutMessage, {
      value: { ...shortcutMessage.value, messagePayload: payload },
    }).intent;
  };

  it.each([
    ['one’s own', { from: { user: { id: EWA.slice('teams:'.length).toUpperCase() } } }],
    ['a bot’s', { from: { user: null, application: { id: 'x' } } }],
    ['nobody’s', { from: null }],
  ])('that is %s opens a ticket for whoever clicked', (_whose, message) => {
    expect(on(message)).not.toHaveProperty('requester');
  });

  it('with a subject and files brings them along, around its words', () => {
    const files = [
      { contentType: 'reference', name: 'log.txt', contentUrl: 'https://files.example/log.txt' },
      { contentType: 'messageReference', name: null, contentUrl: null, content: '{}' },
    ];
    expect(
      on({ subject: 'Printer down', body: { contentType: 'html', content: '<p>since 9</p>' }, attachments: files }),
    ).toMatchObject({ text: 'Printer down\nsince 9\nlog.txt https://files.example/log.txt' });
    expect(on({ subject: 'Printer down', body: null })).toMatchObject({ text: 'Printer down' });
  });

  it('without words opens an empty form', () => {
    expect(on({ body: null })).toEqual({ kind: 'open', inquiryId: null, intake: 'message', requester: JAN });
  });

  it('that we do not know is an unknown intent', () => {
    expect(hear((a, u) => fromCommand(a, u), shortcutGlobal, { value: { commandId: 'retired' } }).intent).toEqual({
      kind: 'unknown',
    });
    expect(hear((a, u) => fromCommand(a, u), shortcutGlobal, { value: undefined }).intent).toEqual({ kind: 'unknown' });
  });
});

describe('HTML', () => {
  it.each([
    ['<p>one</p><p>two<br/>three</p>', 'one\ntwo\nthree'],
    ['<ul><li>a</li><li>b &amp; c</li></ul>', '- a\n- b & c'],
    ['<a href="https://a.example">https://a.example</a>', 'https://a.example'],
    ['<a href="https://evil.example" title="x">your bank</a>', 'your bank (https://evil.example)'],
    ['hi <span itemtype="http://schema.skype.com/Mention" itemid="0">Jan</span>', 'hi @Jan'],
    ['<img itemtype="http://schema.skype.com/Emoji" alt="😀" src="x">!', '😀!'],
    ['<pre>&lt;script&gt;alert(1)&lt;/script&gt;</pre>', '<script>alert(1)</script>'],
    ['<script>alert(1)</script', 'alert(1)</script'],
    ['<p>&nbsp;</p>', ''],
    [
      '<table><tr><th>Who</th><th>What</th></tr><tr><td><p>Anna</p></td>\r\n<td><p>HP 4</p></td></tr></table>',
      'Who | What\nAnna | HP 4',
    ],
    ['<p>a\r\nb</p><pre>if x\r\n  stop\n</pre><p>c</p>', 'a b\nif x\n  stop\n\nc'],
    ['<codeblock class="Bash"><code>cd x\nls</code></codeblock>', 'cd x\nls'],
    ['<ul><li>a<ul><li>b</li></ul></li></ul>', '- a\n- b'],
    ['<a href="https://a.example/vpn"><strong>the page</strong></a>', 'the page (https://a.example/vpn)'],
  ])('%j was typed as %j', (html, plain) => {
    expect(textOfHtml(html)).toBe(plain);
  });

  it.each([
    '<',
    '<a ',
    '<blockquote http://schema.skype.com/Reply ',
    '<span schema.skype.com/Mention ',
    '&',
    '<img ',
    '<pre>',
    '</td>',
    '\n',
    '</p></td><td>',
    'x ',
  ])('made of nothing but %j takes no time', (piece) => {
    const startedAt = performance.now();
    textOfHtml(piece.repeat(100_000));
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});

describe('an emoji on a ticket’s card', () => {
  const ref = `teams:${SUPPORT};messageid=1790000000000|1790000000000`;

  it.each([
    ['1f440_eyes', 'claim'],
    ['👀', 'claim'],
    ['eyes', 'claim'],
    ['2705_whiteheavycheckmark', 'resolve'],
    ['✅', 'resolve'],
    ['✔️', 'resolve'],
    ['white_check_mark', 'resolve'],
    ['1f6a8_policecarlight', 'urgent'],
    ['1F6A8_policecarlight', 'urgent'],
    ['rotating_light', 'urgent'],
  ])('%s means %s, without a form', (type, kind) => {
    const change = { reactionsAdded: [{ type }] };
    expect(hear(reactedMessageOf, reaction, change)).toEqual({ ref, place: `teams:${SUPPORT}` });
    expect(hear((a, u) => fromReaction(a, u, ON_CARD), reaction, change)?.intent).toEqual({
      kind,
      ticketId: 42,
      quick: true,
    });
  });

  it.each([
    ['another emoji', [{ type: 'like' }]],
    ['one that only begins alike', [{ type: '1f440f_other' }]],
    ['none', []],
    ['what is no list', 'eyes'],
    ['what is no emoji', [null, 42, { type: 7 }]],
  ])('means nothing for %s', (_what, reactionsAdded) => {
    expect(hear(reactedMessageOf, reaction, { reactionsAdded })).toBeNull();
  });

  it.each(['1f4d6_openbook', '📖', 'book'])('%s makes an article, of a card or of an answer', (type) => {
    const change = { reactionsAdded: [{ type }] };
    const onAnswer = { ticketId: 42, version: 7 };
    const made = { kind: 'article-from', ticketId: 42, quick: true };
    expect(hear((a, u) => fromReaction(a, u, ON_CARD), reaction, change)?.intent).toEqual({ ...made, event: null });
    expect(hear((a, u) => fromReaction(a, u, onAnswer), reaction, change)?.intent).toEqual({ ...made, event: 7 });
  });

  it('on one of its answers is not about the ticket', () => {
    expect(hear((a, u) => fromReaction(a, u, { ticketId: 42, version: 7 }), reaction)).toBeNull();
  });

  it('set again later is another wish, delivered again the same one', () => {
    const id = (change: object): string | undefined =>
      hear((a, u) => fromReaction(a, u, ON_CARD), reaction, change)?.id;
    expect(id({})).toBe(id({}));
    expect(id({ timestamp: '2026-11-23T10:00:00Z' })).not.toBe(id({}));
  });
});

describe('“Make this an article” on a message', () => {
  const change = { value: { ...shortcutMessage.value, commandId: 'articleFromMessage' } };
  const text = 'My intranet (https://intra.example.com) shows <error 500>';

  it('asks which ticket the message, or the one its thread began with, belongs to', () => {
    const { id } = shortcutMessage.conversation;
    expect(hear(commandedAt, shortcutMessage, change)).toEqual([
      { ref: `teams:${id}|1790000000300`, place: 'teams:19:1a2b3c4d5e6f708192a3b4c5d6e7f809@thread.tacv2' },
    ]);
    expect(hear(commandedAt, shortcutMessage)).toEqual([]);
  });

  it('in a ticket’s thread takes the message for the answer, elsewhere for the text', () => {
    expect(hear((a, u) => fromCommand(a, u, ON_CARD), shortcutMessage, change).intent).toEqual({
      kind: 'article-from',
      ticketId: 42,
      event: null,
      text,
    });
    expect(hear((a, u) => fromCommand(a, u, null), shortcutMessage, change).intent).toMatchObject({
      kind: 'article-write',
      articleId: null,
      text,
    });
  });
});

describe('who acts', () => {
  it('is whom the directory names, whatever else the activity says', () => {
    const from = { id: '29:x', name: 'Boss', aadObjectId: 'E0A00000-0000-4000-8000-0000000000E1' };
    expect(userOf(read({ ...directMessage, from }), false)?.id).toBe(EWA);
  });

  it.each([
    ['nobody', undefined],
    ['a text', 'Ewa'],
    ['somebody without an id in the directory', { id: '29:x', name: 'Ewa' }],
    ['a bot', { id: '28:bot', aadObjectId: 'e0a00000-0000-4000-8000-0000000000e1' }],
    ['an id that would break a reference', { id: '29:x', aadObjectId: 'a|b' }],
  ])('is nobody when it is %s', (_who, from) => {
    expect(userOf(read({ ...directMessage, from }), false)).toBeNull();
  });

  it('without credentials is known by the test tool’s own id when there is no other', () => {
    expect(userOf(read({ ...directMessage, from: { id: 'user-1', name: 'Alex' } }), true)).toMatchObject({
      id: 'teams:user-1',
      name: 'Alex',
    });
  });
});

describe('anything', () => {
  it.each([[null], [42], ['x'], [[]], [{}], [{ type: 7 }], [{ type: '' }]])('%j is no activity', (raw) => {
    expect(readActivity(raw)).toBeNull();
  });

  it('with only a type is an activity that says nothing', () => {
    const activity = read({ type: 'message' });
    expect(userOf(activity, true)).toBeNull();
    expect(deliveryKey(activity)).toBeNull();
  });

  it('of the wrong types throws nowhere', () => {
    const odd = {
      from: 7,
      conversation: [],
      recipient: null,
      entities: {},
      attachments: 'x',
      value: [],
      channelData: 1,
    };
    const activity = read({ type: 'invoke', ...odd });
    const user: TeamsUser = { id: EWA, aadObjectId: 'x', userId: '', name: '', locale: null };
    expect(fromData(activity, user).intent).toEqual({ kind: 'unknown' });
    expect(fromCommand(activity, user).intent).toEqual({ kind: 'unknown' });
    expect(fromMessage(activity, user, null)?.intent).toEqual({ kind: 'help' });
  });
});
