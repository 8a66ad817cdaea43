/** A dialog as a client shows it: opened by an answer, filled in, submitted, shown again or closed by the next answer. */
import { isObject, objectAt, stringAt } from '../slack/json';
import { checkCard, everyAction } from './card-check';
import type { Typed } from './card-inputs';
import { actionLabelled, byLabel, dataOf, filledIn, heldBack, untouched } from './card-inputs';
import type { State } from './state';
import { CARD_TYPE } from './state';
import type { Clicked, Dialog, InputValues, Json, Outcome, SentCard } from './teams-world';

type Submit = (data: Json) => Promise<Outcome>;

const NOTHING = { held: {}, notice: null, card: null, dialog: null };

export class OpenDialog implements Dialog {
  title = '';
  card: SentCard | null = null;
  text: string | null = null;
  isOpen = true;
  private typed: Typed = {};

  private constructor(
    private readonly state: State,
    private readonly send: Submit,
  ) {}

  /** The dialog that an answer opens, if it does. */
  static from(outcome: Outcome, state: State, send: Submit): Clicked {
    if (!outcome.ok) return { ...NOTHING, ...outcome };
    const dialog = new OpenDialog(state, send);
    const ok = dialog.show(outcome.body);
    return { ...NOTHING, ...outcome, ok, dialog: ok && dialog.isOpen ? dialog : null };
  }

  get values(): InputValues {
    return byLabel(this.card, this.typed);
  }

  async submit(values: InputValues = {}, label?: string): Promise<Clicked> {
    if (!this.isOpen) throw new Error('the dialog is closed');
    this.typed = filledIn(this.card, this.typed, values, this.state);
    const action = label === undefined ? this.firstSubmit() : actionLabelled(this.card, label, 0);
    // https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/design-teams-task-modules
    if (action['type'] !== 'Action.Submit') throw new Error(`${String(action['type'])} does nothing in a dialog`);
    const held = heldBack(this.card, action, this.typed);
    if (Object.keys(held).length > 0) return { ...NOTHING, ok: false, status: 0, elapsedMs: 0, body: '', held };
    const outcome = await this.send(dataOf(action, this.typed));
    // After an error the dialog stays as it is, with what was typed.
    if (!outcome.ok) return { ...NOTHING, ...outcome, dialog: this };
    const ok = this.show(outcome.body);
    return { ...NOTHING, ...outcome, ok, dialog: this.isOpen ? this : null };
  }

  close(): void {
    this.isOpen = false;
  }

  private firstSubmit(): Json {
    const found = everyAction(this.card).find(({ type }) => type === 'Action.Submit');
    if (found === undefined) throw new Error('the dialog has no button that submits');
    return found;
  }

  /**
   * https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots
   * @returns whether a client can show it
   */
  private show(body: unknown): boolean {
    const task = objectAt(body, 'task');
    const { type, value } = task;
    this.text = null;
    if (!isObject(body) || Object.keys(body).length === 0 || isObject(body['composeExtension'])) {
      this.isOpen = false;
      return body === '' || body === null || isObject(body);
    }
    if (type === 'message' && typeof value === 'string') {
      this.card = null;
      this.text = value;
      return true;
    }
    const { contentType, content } = objectAt(value, 'card');
    const problems =
      type !== 'continue' || contentType !== CARD_TYPE
        ? [`a dialog was answered with ${JSON.stringify(body)}`]
        : [...checkCard(content), ...executes(content)];
    this.state.refusals.push(...problems);
    if (problems.length > 0) return false;
    this.title = stringAt(value, 'title');
    this.card = content as SentCard;
    this.typed = untouched(this.card);
    return true;
  }
}

function executes(card: unknown): string[] {
  const found = everyAction(card).filter(({ type }) => type === 'Action.Execute');
  return found.map(({ title }) => `the button "${String(title)}" does nothing in a dialog: it is an Action.Execute`);
}
