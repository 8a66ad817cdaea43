/**
 * The Bot Connector's REST calls over the state: conversations, activities, members, teams.
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
 */
import { isObject, objectAt, objectsIn, stringAt } from '../slack/json';
import { checkCard } from './card-check';
import type { Conversation, Draft, Somebody, State, StoredMessage, Team } from './state';
import { cardIn, CARD_TYPE, ConnectorError, notInRoster } from './state';
import type { Json } from './teams-world';

/** 100 KB as UTF-16. https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages */
const MESSAGE_LIMIT_BYTES = 100 * 1024;
const PAGE = 50;

export interface ConnectorRequest {
  readonly method: string;
  /** The parts of the path after `v3`, decoded. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Json;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** @throws ConnectorError */
export function answerConnector(state: State, request: ConnectorRequest): Answer {
  const [area = '', id = '', what = '', last = ''] = request.path;
  if (area === 'teams') return answerTeam(state, request, id, what);
  if (area !== 'conversations') throw noSuchCall();
  if (id === '' && request.method === 'POST') return create(state, request.body);
  const at = state.conversation(id);
  if (what === 'activities') return answerActivities(state, request, at, last);
  if (request.method !== 'GET') throw noSuchCall();
  return answerMembers(state, at.place, what, last, request.query);
}

function answerMembers(state: State, place: Conversation, what: string, id: string, query: URLSearchParams): Answer {
  state.checkRoster(place);
  const members = state.membersOf(place);
  if (what === 'pagedmembers') return ok(page(state, members, query));
  if (what !== 'members') throw noSuchCall();
  return ok(id === '' ? members.map((each) => memberOf(state, each)) : memberOf(state, memberAt(state, place, id)));
}

function answerTeam(state: State, { method }: ConnectorRequest, id: string, what: string): Answer {
  const team = state.teams.find((each) => each.id === id);
  if (method !== 'GET') throw noSuchCall();
  if (team === undefined) throw new ConnectorError(404, 'NotFound', 'The team was not found.');
  if (!team.installed) throw notInRoster();
  const channels = [...state.places.values()].filter((place) => place.team === team);
  if (what === '') return ok(detailsOf(state, team, channels.length));
  if (what !== 'conversations') throw noSuchCall();
  const named = channels.map(({ id: channel, name }) => ({ id: channel, ...(channel === team.id ? {} : { name }) }));
  return ok({ conversations: named });
}

function detailsOf({ tenantId }: State, { id, name, aadGroupId, members }: Team, channelCount: number): Json {
  return { id, name, aadGroupId, tenantId, type: 'standard', channelCount, memberCount: members.size };
}

/** A chat with one person, or a new post in a channel. */
function create(state: State, body: Json): Answer {
  const channelId = stringAt(objectAt(objectAt(body, 'channelData'), 'channel'), 'id');
  const activity = isObject(body['activity']) ? body['activity'] : null;
  if (channelId !== '') {
    const { place } = state.conversation(channelId);
    if (activity === null) throw badSyntax('Activity is required to create a thread in a channel.');
    const message = post(state, place, null, activity, null);
    return { status: 201, body: { id: state.conversationId(message), activityId: message.id } };
  }
  const person = theOne(state, body);
  const place = state.placeNamed(person.chatId);
  state.checkRoster(place);
  const posted = activity === null ? null : post(state, place, null, activity, null);
  return { status: 201, body: { id: place.id, ...(posted === null ? {} : { activityId: posted.id }) } };
}

/** Whom a new chat is with. @throws ConnectorError */
function theOne(state: State, body: Json): Somebody {
  const members = objectsIn(body['members']);
  const [member] = members;
  if (member === undefined || members.length > 1 || body['isGroup'] === true)
    throw badSyntax('Bad format of conversation parameters: a bot creates chats with one person.');
  const person = state.known(stringAt(member, 'id'));
  if (person === undefined) throw badSyntax('Bad format of member id.');
  const tenant = stringAt(objectAt(objectAt(body, 'channelData'), 'tenant'), 'id') || stringAt(body, 'tenantId');
  if (tenant !== person.tenantId) throw badSyntax('Tenant id is missing or wrong.');
  return person;
}

function answerActivities(
  state: State,
  { method, query, body }: ConnectorRequest,
  { place, thread }: { place: Conversation; thread: string | null },
  activityId: string,
): Answer {
  if (method === 'POST') {
    const isReply = activityId !== '';
    if (isReply && state.find(place, activityId) === undefined) throw noActivity();
    const replied = isReply ? (state.find(place, activityId)?.thread ?? null) : null;
    const isTargeted = query.get('isTargetedActivity') === 'true';
    const target = isTargeted ? targetOf(state, place, body) : null;
    const message = post(state, place, thread ?? replied, body, target);
    return { status: 201, body: { id: message.id } };
  }
  const message = own(state, place, activityId);
  if (method === 'PUT') return ok({ id: edit(state, message, body).id });
  if (method !== 'DELETE') throw noSuchCall();
  state.checkWritable(place);
  message.isDeleted = true;
  return ok({});
}

/** https://learn.microsoft.com/microsoftteams/platform/agents-in-teams/targeted-messages */
function targetOf(state: State, place: Conversation, activity: Json): Somebody {
  if (place.kind === 'personal') throw badSyntax('Targeted messages are for channels and group chats.');
  const id = stringAt(objectAt(activity, 'recipient'), 'id');
  if (id === '') throw badSyntax('Recipient is required for a targeted message.');
  const person = state.known(id);
  if (person === undefined || !place.members.has(person.key))
    throw new ConnectorError(403, 'Forbidden', 'The recipient is not a member of the conversation.');
  return person;
}

function post(
  state: State,
  place: Conversation,
  thread: string | null,
  activity: Json,
  target: Somebody | null,
): StoredMessage {
  state.checkWritable(place);
  if (stringAt(activity, 'type') === '') throw badSyntax('Activity type is required.');
  const shown = contentOf(state, activity);
  // Typing and the like are seen, not kept.
  const id = state.nextId();
  const root = place.kind === 'channel' ? (thread ?? id) : null;
  if (thread !== null && state.find(place, thread) === undefined) throw noActivity();
  const seenBy = target === null ? null : [target.key];
  return state.add({ ...shown, place, thread: root, from: null, seenBy }, id);
}

function edit(state: State, message: StoredMessage, activity: Json): StoredMessage {
  state.checkWritable(message.place);
  Object.assign(message, contentOf(state, activity));
  message.edits += 1;
  message.replaced.clear();
  return message;
}

/** @throws ConnectorError for what Teams would not show */
function contentOf(state: State, activity: Json): Pick<Draft, 'text' | 'html' | 'card'> {
  if (JSON.stringify(activity).length * 2 > MESSAGE_LIMIT_BYTES)
    throw new ConnectorError(413, 'MessageSizeTooBig', 'Message size too large.');
  const attachments = objectsIn(activity['attachments']);
  const text = stringAt(activity, 'text');
  if (activity['type'] === 'message' && text === '' && attachments.length === 0)
    throw badSyntax('Activity must contain non empty text or attachments.');
  for (const { contentType, content } of attachments) {
    const problems = contentType === CARD_TYPE ? checkCard(content) : [];
    state.refusals.push(...problems);
    if (problems.length > 0) throw badSyntax(`Invalid adaptive card: ${problems.join('; ')}`);
  }
  return { text, html: null, card: cardIn(attachments) };
}

/** A message of the bot's own. @throws ConnectorError */
function own(state: State, place: Conversation, id: string): StoredMessage {
  state.checkRoster(place);
  const message = state.find(place, id);
  if (message === undefined) throw noActivity();
  if (message.from !== null) throw new ConnectorError(403, 'Forbidden', 'The bot did not write this message.');
  return message;
}

function memberAt(state: State, place: Conversation, id: string): Somebody {
  const person = state.known(id);
  if (person === undefined || !place.members.has(person.key))
    throw new ConnectorError(404, 'MemberNotFoundInConversation', 'Member not found in conversation.');
  return person;
}

/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context */
function memberOf(state: State, { userId, aadObjectId, name, email, guest, tenantId }: Somebody): Json {
  const [givenName = '', ...surname] = name.split(' ');
  const upn = guest ? `${email.replace('@', '_')}#EXT#@stand-in.onmicrosoft.com` : email;
  return {
    id: userId,
    aadObjectId,
    objectId: aadObjectId,
    name,
    givenName,
    surname: surname.join(' '),
    email,
    userPrincipalName: upn,
    tenantId: guest ? state.tenantId : tenantId,
    userRole: guest ? 'guest' : 'user',
  };
}

function page(state: State, members: readonly Somebody[], query: URLSearchParams): Json {
  const size = Number(query.get('pageSize') ?? PAGE);
  const from = Number(query.get('continuationToken') ?? 0);
  const until = from + size;
  const more = until < members.length ? { continuationToken: String(until) } : {};
  return { ...more, members: members.slice(from, until).map((each) => memberOf(state, each)) };
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const badSyntax = (message: string): ConnectorError => new ConnectorError(400, 'BadSyntax', message);
const noActivity = (): ConnectorError =>
  new ConnectorError(404, 'ActivityNotFoundInConversation', 'The activity was not found in the conversation.');
const noSuchCall = (): ConnectorError => new ConnectorError(405, 'MethodNotAllowed', 'There is no such call.');
