/** The smallest parts of Block Kit as schemas: texts, ids, addresses, and rich text. Sources as in `block-kit-schema.ts`. */
import { z } from 'zod';

export type Shape = z.core.$ZodLooseShape;

export const bool = z.boolean().optional();
export const string = (max: number) => z.string().min(1).max(max);
export const id = string(255).optional();
export const url = string(3000).refine((text) => URL.canParse(text), { message: 'is not a URL' });

/** Spaces alone show nothing. */
const visible = (max: number) => string(max).refine((text) => text.trim() !== '', { message: 'must not be blank' });
export const plain = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: visible(max), emoji: bool });
export const mrkdwn = (max: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: visible(max), verbatim: bool });
export const text = (max: number) => z.discriminatedUnion('type', [plain(max), mrkdwn(max)]);

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
export const richTextParts = z.discriminatedUnion('type', [
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
