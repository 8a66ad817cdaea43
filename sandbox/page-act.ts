/** What a visitor of the sandbox page does: checked at the door, then handed to the person they are. */
import { z } from 'zod';
import type { Act, ActOutcome } from './page/state';
import type { SlackPerson, SlackStandIn } from './slack/slack-world';

/** What the visitor is told instead of what they asked for; `status` is an HTTP status. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

const id = z.string().min(1).max(255);
const place = { channel: id, ts: id };
const element = z.union([
  z.strictObject({ actionId: id, blockId: id.optional() }),
  z.strictObject({ label: z.string().min(1).max(3000) }),
]);
const text = z.string().max(40_000);

const ACT = z.discriminatedUnion('do', [
  z.strictObject({ as: id, do: z.literal('command'), channel: id, command: z.string().regex(/^\/\S+$/), text }),
  z.strictObject({ as: id, do: z.literal('click'), ...place, element, option: z.string().max(3000).optional() }),
  z.strictObject({ as: id, do: z.literal('clickInModal'), element }),
  z.strictObject({ as: id, do: z.literal('submit'), values: z.record(z.string(), text) }),
  z.strictObject({ as: id, do: z.literal('close') }),
  z.strictObject({ as: id, do: z.literal('shortcut'), callbackId: id }),
  z.strictObject({ as: id, do: z.literal('messageShortcut'), callbackId: id, ...place }),
  z.strictObject({ as: id, do: z.literal('say'), channel: id, text: text.min(1), threadTs: id.optional() }),
  z.strictObject({ as: id, do: z.literal('react'), emoji: z.string().regex(/^[a-z0-9_+'-]+$/), ...place }),
  z.strictObject({ as: id, do: z.literal('unreact'), emoji: z.string().regex(/^[a-z0-9_+'-]+$/), ...place }),
]);

/**
 * Does what a visitor asks, as the person they are.
 * @param people who the visitor can be
 * @throws Refused when the request makes no sense (400) or Slack would not let this person do that (409)
 */
export async function act(
  standIn: SlackStandIn,
  people: readonly { readonly userId: string }[],
  body: unknown,
): Promise<ActOutcome> {
  const parsed = ACT.safeParse(body);
  if (!parsed.success) throw new Refused(400, z.prettifyError(parsed.error));
  // An absent key and an undefined one are the same in JSON.
  const wanted = parsed.data as Act;
  if (!people.some(({ userId }) => userId === wanted.as)) throw new Refused(400, `Nobody here is ${wanted.as}.`);
  const startedAt = performance.now();
  try {
    const outcome = await perform(standIn.person(wanted.as), wanted);
    return outcome ?? { ok: true, status: 200, elapsedMs: Math.round(performance.now() - startedAt) };
  } catch (error) {
    throw new Refused(409, error instanceof Error ? error.message : String(error));
  }
}

/** @returns what the bot answered; undefined when the act asks for no answer. */
async function perform(person: SlackPerson, wanted: Act): Promise<ActOutcome | undefined> {
  switch (wanted.do) {
    case 'command':
      return person.command(wanted.channel, wanted.command, wanted.text);
    case 'click':
      return person.click(at(wanted), wanted.element, wanted.option);
    case 'clickInModal':
      return person.clickInModal(wanted.element);
    case 'submit':
      return person.submitModal(wanted.values);
    case 'shortcut':
      return person.globalShortcut(wanted.callbackId);
    case 'messageShortcut':
      return person.messageShortcut(wanted.callbackId, at(wanted));
    default:
      return void (await performSilently(person, wanted));
  }
}

type SilentAct = Extract<Act, { do: 'close' | 'say' | 'react' | 'unreact' }>;

function performSilently(person: SlackPerson, wanted: SilentAct): Promise<unknown> {
  switch (wanted.do) {
    case 'close':
      return person.closeModal();
    case 'say':
      return person.say(wanted.channel, wanted.text, wanted.threadTs);
    case 'react':
      return person.react(at(wanted), wanted.emoji);
    case 'unreact':
      return person.unreact(at(wanted), wanted.emoji);
  }
}

function at({ channel, ts }: { channel: string; ts: string }): { channel: string; ts: string } {
  return { channel, ts };
}
