/**
 * The parts that Block Kit's blocks are made of: texts, buttons, menus, inputs. What each must and may have, and how long.
 * Sources: the doc comments of `@slack/types` 3.2.0 and https://docs.slack.dev/reference/block-kit/block-elements.
 */
import { z } from 'zod';
import type { Json } from './json';
import { objectsIn, stringAt } from './json';

export type Shape = z.core.$ZodLooseShape;

export const bool = z.boolean().optional();
export const string = (max: number) => z.string().min(1).max(max);
export const id = string(255).optional();
export const url = string(3000);

export const plain = (max: number) => z.strictObject({ type: z.literal('plain_text'), text: string(max), emoji: bool });
export const mrkdwn = (max: number) => z.strictObject({ type: z.literal('mrkdwn'), text: string(max), verbatim: bool });
export const text = (max: number) => z.discriminatedUnion('type', [plain(max), mrkdwn(max)]);

const confirm = z.strictObject({
  title: plain(100),
  text: text(300),
  confirm: plain(30),
  deny: plain(30),
  style: z.enum(['primary', 'danger']).optional(),
});

/** An element that a person can use. */
const usable = <T extends string>(type: T, shape: Shape) =>
  z.strictObject({ type: z.literal(type), action_id: id, ...shape });
/** Those that may ask "are you sure?", take the focus and show a placeholder. */
const picker = <T extends string>(type: T, shape: Shape) =>
  usable(type, { confirm: confirm.optional(), focus_on_load: bool, placeholder: plain(150).optional(), ...shape });
const typed = <T extends string>(type: T, shape: Shape) =>
  usable(type, {
    placeholder: plain(150).optional(),
    focus_on_load: bool,
    dispatch_action_config: z
      .strictObject({ trigger_actions_on: z.array(z.enum(['on_enter_pressed', 'on_character_entered'])).min(1) })
      .optional(),
    ...shape,
  });

const option = (label: z.ZodType, more: Shape = {}) =>
  z.strictObject({ text: label, value: string(75), description: text(75).optional(), ...more });
const choice = option(plain(75));
const styledChoice = option(text(75));
const initialMany = z.array(choice).min(1).max(100).optional();

/** What may be chosen: a list or groups, not both; the initial choice must be one of them. */
const choices = {
  options: z.array(choice).min(1).max(100).optional(),
  option_groups: z
    .array(z.strictObject({ label: plain(75), options: z.array(choice).min(1).max(100) }))
    .min(1)
    .max(100)
    .optional(),
};
function checkedChoices<T extends z.ZodObject>(select: T) {
  return select
    .refine((it: Json) => (it['options'] === undefined) !== (it['option_groups'] === undefined), {
      message: 'needs either options or option_groups',
    })
    .refine((it: Json) => initialsOf(it).every((initial) => listed(it).includes(JSON.stringify(initial))), {
      message: 'the initial choice is not one of the options',
    });
}
function initialsOf(select: Json): unknown[] {
  return [select['initial_option'] ?? [], select['initial_options'] ?? []].flat();
}
function listed(select: Json): string[] {
  const grouped = objectsIn(select['option_groups']).flatMap((group) => objectsIn(group['options']));
  return [...objectsIn(select['options']), ...grouped].map((option) => JSON.stringify(option));
}
const most = { max_selected_items: z.int().min(1).optional() };
const filter = z.record(z.string(), z.unknown()).optional();
const ids = z.array(string(255)).optional();

export const SELECTS = [
  checkedChoices(picker('static_select', { ...choices, initial_option: choice.optional() })),
  picker('users_select', { initial_user: id }),
  picker('channels_select', { initial_channel: id, response_url_enabled: bool }),
  picker('conversations_select', {
    initial_conversation: id,
    default_to_current_conversation: bool,
    response_url_enabled: bool,
    filter,
  }),
  picker('external_select', { initial_option: choice.optional(), min_query_length: z.int().optional() }),
] as const;
export const MULTI_SELECTS = [
  checkedChoices(picker('multi_static_select', { ...choices, ...most, initial_options: initialMany })),
  picker('multi_users_select', { ...most, initial_users: ids }),
  picker('multi_channels_select', { ...most, initial_channels: ids }),
  picker('multi_conversations_select', {
    ...most,
    initial_conversations: ids,
    default_to_current_conversation: bool,
    filter,
  }),
  picker('multi_external_select', { ...most, initial_options: initialMany, min_query_length: z.int().optional() }),
] as const;

export const button = usable('button', {
  text: plain(75),
  value: string(2000).optional(),
  url: url.optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: confirm.optional(),
  accessibility_label: string(75).optional(),
});
export const overflow = usable('overflow', {
  options: z
    .array(option(plain(75), { url: url.optional() }))
    .min(1)
    .max(5),
  confirm: confirm.optional(),
});
export const PICKERS = [
  usable('checkboxes', {
    options: z.array(styledChoice).min(1).max(10),
    initial_options: z.array(styledChoice).min(1).max(10).optional(),
    confirm: confirm.optional(),
    focus_on_load: bool,
  }),
  usable('radio_buttons', {
    options: z.array(styledChoice).min(1).max(10),
    initial_option: styledChoice.optional(),
    confirm: confirm.optional(),
    focus_on_load: bool,
  }),
  picker('datepicker', { initial_date: z.iso.date().optional() }),
  picker('timepicker', { initial_time: string(5).optional(), timezone: string(255).optional() }),
] as const;
export const datetimepicker = usable('datetimepicker', {
  initial_date_time: z.int().optional(),
  confirm: confirm.optional(),
  focus_on_load: bool,
});
export const workflowButton = usable('workflow_button', {
  text: plain(75),
  workflow: z.record(z.string(), z.unknown()),
  style: z.enum(['primary', 'danger']).optional(),
  accessibility_label: string(75).optional(),
});

export const pictured = {
  alt_text: string(2000),
  image_url: url.optional(),
  slack_file: z.record(z.string(), z.string()).optional(),
};
export const hasSource = (it: Record<string, unknown>) =>
  (it['image_url'] === undefined) !== (it['slack_file'] === undefined);
export const source = { message: 'needs either image_url or slack_file' };
export const image = z.strictObject({ type: z.literal('image'), ...pictured }).refine(hasSource, source);

const inputLength = {
  min_length: z.int().min(0).max(3000).optional(),
  max_length: z.int().min(1).max(3000).optional(),
};
const lines = { min_lines: z.int().min(1).max(100).optional(), max_lines: z.int().min(1).max(100).optional() };
export const richTextInput = typed('rich_text_input', { ...lines, initial_value: z.looseObject({}).optional() });
export const TYPED = [
  typed('plain_text_input', { initial_value: z.string().max(3000).optional(), multiline: bool, ...inputLength }).refine(
    (it: Json) => stringAt(it, 'initial_value').length <= Number(it['max_length'] ?? 3000),
    { message: 'initial_value is longer than max_length' },
  ),
  typed('email_text_input', { initial_value: z.string().optional() }),
  typed('url_text_input', { initial_value: z.string().optional() }),
  typed('number_input', {
    is_decimal_allowed: z.boolean(),
    initial_value: z.string().optional(),
    min_value: z.string().optional(),
    max_value: z.string().optional(),
  }),
  usable('file_input', { filetypes: z.array(z.string()).optional(), max_files: z.int().min(1).max(10).optional() }),
] as const;
