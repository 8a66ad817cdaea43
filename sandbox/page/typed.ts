/** What a Slack client makes of typed text before it sends it. Pure. */

/** Whom `@name` means, by any of their names. */
export interface Named {
  readonly id: string;
  readonly names: readonly string[];
}

/** Turns `@name` into a mention, as picking a name from the client's list would. Everything else stays as typed. */
export function withMentions(text: string, people: readonly Named[]): string {
  return text.replace(/(?<![\p{L}\p{N}])@([\p{L}\p{N}._-]+)/gu, (all, name: string) => {
    const wanted = name.toLowerCase();
    const person = people.find(({ names }) => names.some((known) => known.toLowerCase() === wanted));
    return person === undefined ? all : `<@${person.id}>`;
  });
}

export type Typed =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'command'; readonly command: string; readonly text: string };

/** A line that begins with a slash is a command; a space before it makes it a message, as in Slack. */
export function readTyped(text: string): Typed {
  if (text.trim() === '') return { kind: 'nothing' };
  const command = /^(\/[^\s/]\S*)\s*([^]*)$/.exec(text);
  if (command === null) return { kind: 'message', text: text.trim() };
  return { kind: 'command', command: command[1] ?? '', text: (command[2] ?? '').trim() };
}
