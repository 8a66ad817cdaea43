/**
 * Slack's blocks and views as schemas, with their limits. Sources: the doc comments of `@slack/types` 3.2.0 and
 * https://docs.slack.dev/reference/block-kit. Slack refuses properties it does not know, so do these.
 */
import { z } from 'zod';
import {
  MULTI_SELECTS,
  PICKERS,
  SELECTS,
  TYPED,
  bool,
  button,
  datetimepicker,
  hasSource,
  id,
  image,
  mrkdwn,
  overflow,
  pictured,
  plain,
  richTextInput,
  source,
  string,
  text,
  url,
  workflowButton,
} from './block-kit-elements';
import type { Shape } from './block-kit-elements';
import type { Json } from './json';

const style = z.record(z.string(), z.boolean()).optional();
const span = <T extends string>(type: T, shape: Shape) => z.strictObject({ type: z.literal(type), style, ...shape });
const richTextElement = z.discriminatedUnion('type', [
  span('text', { text: z.string().min(1) }),
  span('link', { url, text: z.string().optional(), unsafe: bool }),
  span('emoji', {
    name: string(255),
    unicode: z.string().optional(),
    skin_tone: z.int().optional(),
    url: url.optional(),
  }),
  span('user', { user_id: string(255) }),
  span('usergroup', { usergroup_id: string(255) }),
  span('channel', { channel_id: string(255) }),
  span('team', { team_id: string(255) }),
  span('broadcast', { range: z.enum(['here', 'channel', 'everyone']) }),
  span('date', { timestamp: z.int(), format: string(255), url: url.optional(), fallback: z.string().optional() }),
  span('color', { value: string(255) }),
]);
const border = z.union([z.literal(0), z.literal(1)]).optional();
const section = z.strictObject({ type: z.literal('rich_text_section'), elements: z.array(richTextElement) });
const richTextParts = z.discriminatedUnion('type', [
  section,
  z.strictObject({
    type: z.literal('rich_text_list'),
    style: z.enum(['bullet', 'ordered']),
    elements: z.array(section).min(1),
    indent: z.int().min(0).max(8).optional(),
    offset: z.int().min(0).optional(),
    border,
  }),
  z.strictObject({ type: z.literal('rich_text_quote'), elements: z.array(richTextElement), border }),
  z.strictObject({
    type: z.literal('rich_text_preformatted'),
    elements: z.array(richTextElement),
    border,
    language: z.string().optional(),
  }),
]);

const block = <T extends string>(type: T, shape: Shape) =>
  z.strictObject({ type: z.literal(type), block_id: id, ...shape });

const richText = block('rich_text', { elements: z.array(richTextParts).min(1) });
const COMMON = [
  block('actions', {
    elements: z
      .array(
        z.discriminatedUnion('type', [
          button,
          overflow,
          ...PICKERS,
          datetimepicker,
          ...SELECTS,
          ...MULTI_SELECTS,
          workflowButton,
          richTextInput,
        ]),
      )
      .min(1)
      .max(25),
  }),
  block('context', {
    elements: z
      .array(z.discriminatedUnion('type', [image, plain(3000), mrkdwn(3000)]))
      .min(1)
      .max(10),
  }),
  block('divider', {}),
  block('header', { text: plain(150) }),
  block('image', { ...pictured, title: plain(2000).optional() }).refine(hasSource, source),
  block('input', {
    label: plain(2000),
    hint: plain(2000).optional(),
    optional: bool,
    dispatch_action: bool,
    element: z.discriminatedUnion('type', [
      ...TYPED,
      richTextInput,
      ...PICKERS,
      datetimepicker,
      ...SELECTS,
      ...MULTI_SELECTS,
    ]),
  }),
  richText,
  block('section', {
    text: text(3000).optional(),
    fields: z.array(text(2000)).min(1).max(10).optional(),
    accessory: z
      .discriminatedUnion('type', [button, overflow, image, ...PICKERS, ...SELECTS, ...MULTI_SELECTS, workflowButton])
      .optional(),
    expand: bool,
  }).refine((it: Json) => it['text'] !== undefined || it['fields'] !== undefined, { message: 'needs text or fields' }),
  block('video', {
    video_url: url,
    thumbnail_url: url,
    alt_text: string(2000),
    title: plain(200),
    title_url: url.optional(),
    author_name: string(50).optional(),
    provider_name: string(50).optional(),
    provider_icon_url: url.optional(),
    description: plain(200).optional(),
  }),
] as const;

/** Blocks of newer kinds, of which only the limits we know are held. */
const loose = <T extends string>(type: T, shape: Shape) =>
  z.looseObject({ type: z.literal(type), block_id: id, ...shape });
const card = loose('card', {
  title: mrkdwn(150).optional(),
  subtitle: mrkdwn(150).optional(),
  body: mrkdwn(200).optional(),
  actions: z.array(button).optional(),
});
const MESSAGE_ONLY = [
  loose('alert', { text: text(3000), level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional() }),
  card,
  loose('carousel', { elements: z.array(card).min(1).max(10) }),
  loose('container', { title: plain(150).optional(), child_blocks: z.array(z.looseObject({})).max(10) }),
  loose('context_actions', {
    elements: z
      .array(z.looseObject({ action_id: id }))
      .min(1)
      .max(5),
  }),
  loose('data_table', { rows: z.array(z.array(z.unknown())), page_size: z.int().min(1).max(100).optional() }),
  block('markdown', { text: string(12_000) }),
  loose('plan', { title: z.string(), tasks: z.array(z.unknown()).optional() }),
  loose('table', { rows: z.array(z.array(z.unknown()).max(20)).min(1).max(100) }),
  loose('task_card', { task_id: z.string(), title: z.string(), status: z.string() }),
] as const;

const viewBlock = z.discriminatedUnion('type', COMMON);
const messageBlock = z.discriminatedUnion('type', [...COMMON, ...MESSAGE_ONLY]);

export const messageBlocks = z.array(messageBlock).max(50);
export const viewBlocks = z.array(viewBlock).max(100);

const shared = {
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
};
/** Everything of a view but its blocks. */
export const viewFrame = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('modal'),
    title: plain(24),
    submit: plain(24).nullish(),
    close: plain(24).nullish(),
    clear_on_close: bool,
    notify_on_close: bool,
    submit_disabled: bool,
    ...shared,
  }),
  z.strictObject({ type: z.literal('home'), ...shared }),
]);
