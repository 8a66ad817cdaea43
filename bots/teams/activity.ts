/**
 * What Teams sends, read out of JSON that may hold anything: every field is there and of its type afterwards, or empty.
 * Pure; it knows nothing of what the activity means.
 * https://github.com/microsoft/botframework-sdk/blob/main/specs/botframework-activity/botframework-activity.md
 */

export interface Activity {
  readonly type: string;
  /** Of one message or invoke; '' when there is none. A reaction has the id of the message it is on. */
  readonly id: string;
  /** What an invoke asks for. */
  readonly name: string;
  /** Of an `installationUpdate`: `add`, `add-upgrade`, `remove` or `remove-upgrade`. */
  readonly action: string;
  readonly timestamp: string;
  readonly serviceUrl: string;
  /** In lower case; every tenant the activity names. */
  readonly tenantIds: readonly string[];
  readonly locale: string | null;
  readonly from: Account;
  readonly recipient: Account & { readonly isTargeted: boolean };
  readonly conversation: Conversation;
  readonly text: string;
  readonly mentions: readonly Mention[];
  /** The messages that are quoted. */
  readonly quotes: readonly string[];
  readonly attachments: readonly Attachment[];
  readonly reactions: readonly string[];
  readonly replyToId: string | null;
  /** Of an invoke or of a button that was sent as a message; null when there is none. */
  readonly value: Json | null;
  readonly team: Team | null;
}

export type Json = Readonly<Record<string, unknown>>;

interface Account {
  /** `29:…` for a person, `28:…` for a bot. */
  readonly id: string;
  readonly name: string;
  /** A person's id in the directory, in lower case; '' for bots and for whoever the directory does not know. */
  readonly aadObjectId: string;
}

interface Conversation {
  readonly id: string;
  readonly kind: 'personal' | 'group' | 'channel';
}

interface Mention {
  readonly id: string;
  readonly name: string;
  /** How it stands in the text, for example `<at>Helpdesk</at>`; '' when Teams did not say. */
  readonly text: string;
}

interface Attachment {
  readonly contentType: string;
  readonly name: string;
  readonly contentUrl: string;
  /** Of an attachment that is text, such as a message's HTML. */
  readonly content: string;
}

/** The channel's team, and what happened to them when the activity says so. */
interface Team {
  readonly id: string | null;
  readonly channelId: string | null;
  readonly channelName: string | null;
  readonly teamName: string | null;
  /** Such as `channelDeleted`. */
  readonly event: string;
}

/** Far beyond what Teams sends, so that nobody makes us look at a million of them. */
const MOST_ITEMS = 100;

/** @returns null for what is no activity: anything but an object with a type */
export function readActivity(raw: unknown): Activity | null {
  const body = object(raw);
  const type = text(body['type']);
  if (type === '') return null;
  const conversation = object(body['conversation']);
  const channelData = object(body['channelData']);
  const entities = objects(body['entities']);
  const recipient = object(body['recipient']);
  return {
    type,
    id: text(body['id']),
    name: text(body['name']),
    action: text(body['action']),
    timestamp: text(body['timestamp']),
    serviceUrl: text(body['serviceUrl']),
    tenantIds: tenantsOf(conversation, channelData),
    locale: localeOf(body, entities),
    from: account(object(body['from'])),
    recipient: { ...account(recipient), isTargeted: recipient['isTargeted'] === true },
    conversation: { id: text(conversation['id']), kind: kindOf(conversation) },
    text: text(body['text']),
    mentions: entities.filter((entity) => entity['type'] === 'mention').map(mention),
    quotes: entities.flatMap((entity) => text(object(entity['quotedReply'])['messageId']) || []),
    attachments: objects(body['attachments']).map(attachment),
    reactions: objects(body['reactionsAdded']).map((reaction) => text(reaction['type'])),
    replyToId: text(body['replyToId']) || text(object(channelData['legacy'])['replyToId']) || null,
    value: isObject(body['value']) ? body['value'] : null,
    team: teamOf(channelData),
  };
}

/** A JSON object's fields; none for anything else. */
export function object(value: unknown): Json {
  return isObject(value) ? value : {};
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a JSON array; none for anything else. */
export function objects(value: unknown): Json[] {
  return Array.isArray(value) ? value.slice(0, MOST_ITEMS).filter(isObject) : [];
}

function tenantsOf(conversation: Json, channelData: Json): string[] {
  const named = [text(conversation['tenantId']), text(object(channelData['tenant'])['id'])];
  return [...new Set(named.filter((id) => id !== '').map((id) => id.toLowerCase()))];
}

function localeOf(body: Json, entities: readonly Json[]): string | null {
  const client = entities.find((entity) => entity['type'] === 'clientInfo');
  return text(body['locale']) || text(client?.['locale']) || null;
}

function account(raw: Json): Account {
  return { id: text(raw['id']), name: text(raw['name']), aadObjectId: text(raw['aadObjectId']).toLowerCase() };
}

function mention(entity: Json): Mention {
  const mentioned = object(entity['mentioned']);
  return { id: text(mentioned['id']), name: text(mentioned['name']), text: text(entity['text']) };
}

function attachment(raw: Json): Attachment {
  return {
    contentType: text(raw['contentType']),
    name: text(raw['name']),
    contentUrl: text(raw['contentUrl']),
    content: text(raw['content']),
  };
}

/** Older clients leave the type out; a channel's conversation is known by its id. */
function kindOf(conversation: Json): Conversation['kind'] {
  const kind = conversation['conversationType'];
  if (kind === 'personal' || kind === 'channel') return kind;
  if (kind === 'groupChat') return 'group';
  if (/@thread\.(tacv2|skype)/.test(text(conversation['id']))) return 'channel';
  return conversation['isGroup'] === true ? 'group' : 'personal';
}

function teamOf(channelData: Json): Team | null {
  const team = object(channelData['team']);
  const channel = object(channelData['channel']);
  const selected = object(object(channelData['settings'])['selectedChannel']);
  const id = text(team['id']) || text(channelData['teamsTeamId']) || null;
  const channelId = text(channel['id']) || text(channelData['teamsChannelId']) || text(selected['id']) || null;
  if (id === null && channelId === null) return null;
  return {
    id,
    channelId,
    channelName: text(channel['name']) || text(selected['name']) || null,
    teamName: text(team['name']) || null,
    event: text(channelData['eventType']),
  };
}
