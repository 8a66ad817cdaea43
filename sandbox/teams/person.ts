/** One person at their Teams client: what they see, and what the client makes of what they do. */
import { isObject, objectAt } from '../slack/json';
import type { Activities, Spot } from './activities';
import { checkCard } from './card-check';
import { actionLabelled, dataOf, filledIn, heldBack, opensDialog, untouched } from './card-inputs';
import type { Delivery } from './delivery';
import { OpenDialog } from './dialog';
import type { Somebody, State, StoredMessage } from './state';
import { CARD_TYPE } from './state';
import type {
  Clicked,
  Clicking,
  Json,
  Outcome,
  Place,
  Said,
  Saying,
  SentCard,
  TeamsClient,
  TeamsMessage,
} from './teams-world';

export interface Wiring {
  readonly state: State;
  readonly delivery: Delivery;
  readonly activities: Activities;
}

type OnMessage = Pick<TeamsMessage, 'conversation' | 'id'>;

const NOT_SENT: Outcome = { ok: false, status: 0, elapsedMs: 0, body: '' };
const NOTHING = { held: {}, notice: null, card: null, dialog: null };

export class Person implements TeamsClient {
  constructor(
    private readonly me: Somebody,
    private readonly wiring: Wiring,
  ) {}

  get key(): string {
    return this.me.key;
  }

  get name(): string {
    return this.me.name;
  }

  get aadObjectId(): string {
    return this.me.aadObjectId;
  }

  get userId(): string {
    return this.me.userId;
  }

  get personalChat(): string {
    return this.me.chatId;
  }

  messages(at: Place = 'personal'): readonly TeamsMessage[] {
    const { state } = this.wiring;
    const { place, thread } = this.spot(at);
    return state
      .in(state.conversationId({ place, thread }))
      .filter((message) => this.sees(message))
      .map((message) => state.shown(message, this.key));
  }

  draft(text: string, how: Saying = {}): Json {
    return this.written(text, how, this.wiring.state.nextId()).activity;
  }

  async says(text: string, how: Saying = {}): Promise<Said> {
    const { state, delivery } = this.wiring;
    const id = state.nextId();
    const { activity, spot } = this.written(text, how, id);
    const thread = spot.place.kind === 'channel' ? (spot.thread ?? id) : null;
    // A slash command is shown to nobody.
    if (how.targeted !== true)
      state.add(
        { place: spot.place, thread, from: this.me, seenBy: null, text, html: how.html ?? null, card: null },
        id,
      );
    const delivered = this.isHeard(spot, how);
    const outcome = delivered ? await delivery.send(activity) : { ...NOT_SENT, ok: true };
    return { ...outcome, id, delivered, conversation: state.conversationId({ place: spot.place, thread }) };
  }

  async clicks(at: OnMessage, label: string, { values = {}, nth = 0 }: Clicking = {}): Promise<Clicked> {
    const { state, delivery, activities } = this.wiring;
    const message = this.messageAt(at);
    const card = message.replaced.get(this.key) ?? message.card;
    const action = actionLabelled(card, label, nth);
    const typed = filledIn(card, untouched(card), values, state);
    const held = heldBack(card, action, typed);
    if (Object.keys(held).length > 0) return { ...NOT_SENT, ...NOTHING, held };
    const data = dataOf(action, typed);
    if (action['type'] === 'Action.Execute') return this.execute(message, action, data, 'manual');
    if (action['type'] !== 'Action.Submit') throw new Error(`"${label}" is of the client itself`);
    if (opensDialog(action) && this.me.dialogs) return this.openDialog(message, data);
    const { msteams: _own, ...value } = data;
    const sent = opensDialog(action) ? data : value;
    return { ...NOTHING, ...(await delivery.send(activities.submitted(this.me, message, sent))) };
  }

  async refreshes(at: OnMessage): Promise<Clicked> {
    const message = this.messageAt(at);
    const action = objectAt(objectAt(message.card, 'refresh'), 'action');
    if (action['type'] !== 'Action.Execute') throw new Error('this card does not refresh');
    return this.execute(message, action, dataOf(action, {}), 'automatic');
  }

  async messageAction(at: OnMessage, commandId: string): Promise<Clicked> {
    const message = this.messageAt(at);
    if (message.seenBy !== null) throw new Error('Teams offers no actions on a message only you can see');
    const send = (name: string, more: Json): Promise<Outcome> =>
      this.wiring.delivery.send(this.wiring.activities.messageAction(this.me, message, name, commandId, more));
    const outcome = await send('composeExtension/fetchTask', {});
    return OpenDialog.from(outcome, this.wiring.state, (data) => send('composeExtension/submitAction', { data }));
  }

  reacts(at: OnMessage, type: string): Promise<Outcome> {
    return this.reaction(at, type, true);
  }

  unreacts(at: OnMessage, type: string): Promise<Outcome> {
    return this.reaction(at, type, false);
  }

  async installs(): Promise<Outcome> {
    const { delivery, activities } = this.wiring;
    const spot = this.spot('personal');
    this.me.installed = true;
    const members = [activities.member(this.me), activities.member(null)];
    const [outcome] = await Promise.all([
      delivery.send(activities.installation(this.me, spot, 'add')),
      delivery.send(activities.members(this.me, spot, 'membersAdded', members)),
    ]);
    return outcome;
  }

  uninstalls(): Promise<Outcome> {
    this.me.installed = false;
    return this.wiring.delivery.send(this.wiring.activities.installation(this.me, this.spot('personal'), 'remove'));
  }

  blocks(): void {
    this.me.blocked = true;
  }

  unblocks(): void {
    this.me.blocked = false;
  }

  private written(text: string, how: Saying, id: string): { activity: Json; spot: Spot } {
    const { state, activities } = this.wiring;
    const spot = this.spot(how.in ?? 'personal');
    if (!spot.place.members.has(this.key)) throw new Error(`${this.key} is not in ${spot.place.name}`);
    const quoted = how.quote === undefined ? null : (state.find(spot.place, how.quote) ?? null);
    const { mention = false, targeted = false, html = null } = how;
    // A post in a channel is the root of its own thread.
    const thread = spot.place.kind === 'channel' ? (spot.thread ?? id) : null;
    const activity = activities.message(this.me, { ...spot, thread }, id, { text, html, mention, targeted, quoted });
    return { activity, spot };
  }

  /** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/channel-messages-with-rsc */
  private isHeard({ place }: Spot, { mention, targeted }: Saying): boolean {
    if (place.kind === 'personal') return this.me.installed && !this.me.blocked;
    if (place.team?.installed === false) return false;
    return mention === true || targeted === true || place.team?.rsc === true;
  }

  private async execute(message: StoredMessage, action: Json, data: Json, trigger: string): Promise<Clicked> {
    const { delivery, activities, state } = this.wiring;
    const { type, title, verb, id } = action;
    const value = { action: { type, id, title, verb, data }, trigger };
    const outcome = await delivery.send(activities.invoke(this.me, message, 'adaptiveCard/action', value));
    if (!outcome.ok) return { ...NOTHING, ...outcome };
    const { statusCode, type: kind, value: answer } = isObject(outcome.body) ? outcome.body : ({} as Json);
    if (statusCode === 200 && kind === CARD_TYPE) return this.replace(message, answer, outcome);
    const isNotice = statusCode === 200 && kind === 'application/vnd.microsoft.activity.message';
    if (isNotice && typeof answer === 'string') return { ...NOTHING, ...outcome, notice: answer };
    state.refusals.push(`adaptiveCard/action was answered with ${JSON.stringify(outcome.body)}`);
    return { ...NOTHING, ...outcome, ok: false };
  }

  /** The card that is answered is shown to whoever clicked, until the message is edited. */
  private replace(message: StoredMessage, card: unknown, outcome: Outcome): Clicked {
    const problems = checkCard(card);
    this.wiring.state.refusals.push(...problems);
    if (problems.length > 0) return { ...NOTHING, ...outcome, ok: false };
    message.replaced.set(this.key, card as SentCard);
    return { ...NOTHING, ...outcome, card: card as SentCard };
  }

  private async openDialog(message: StoredMessage, data: Json): Promise<Clicked> {
    const { delivery, activities, state } = this.wiring;
    const send = (name: string, value: Json): Promise<Outcome> =>
      delivery.send(activities.invoke(this.me, message, name, { data: value, context: { theme: 'default' } }));
    return OpenDialog.from(await send('task/fetch', data), state, (value) => send('task/submit', value));
  }

  private async reaction(at: OnMessage, type: string, isAdded: boolean): Promise<Outcome> {
    const { state, delivery, activities } = this.wiring;
    const message = this.messageAt(at);
    if (message.seenBy !== null) throw new Error('Teams takes no reactions to a message only you can see');
    const people = message.reactions.get(type) ?? new Set<string>();
    if (isAdded) people.add(this.key);
    else people.delete(this.key);
    message.reactions.set(type, people);
    // The bot hears of reactions to what it wrote.
    if (message.from !== null || !state.places.has(message.place.id)) return { ...NOT_SENT, ok: true };
    return delivery.send(activities.reaction(this.me, message, type, isAdded));
  }

  private spot(at: Place): Spot {
    const { state } = this.wiring;
    if (at === 'personal') return { place: state.placeNamed(this.me.chatId), thread: null };
    if (typeof at === 'string') return { place: state.placeNamed(at), thread: at.split(';messageid=')[1] ?? null };
    return state.conversation(at.threadOf.conversation);
  }

  private sees({ place, seenBy }: StoredMessage): boolean {
    return place.members.has(this.key) && (seenBy === null || seenBy.includes(this.key));
  }

  /** @throws Error when they see no such message */
  private messageAt({ conversation, id }: OnMessage): StoredMessage {
    const { state } = this.wiring;
    const message = state.find(state.conversation(conversation).place, id);
    if (message !== undefined && this.sees(message)) return message;
    throw new Error(`${this.key} sees no message ${id} in ${conversation}`);
  }
}
