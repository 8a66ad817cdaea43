/** What a Slack client makes of typed text before it sends it. Pure. */

export interface Directory {
  readonly users: readonly { readonly id: string; readonly names: readonly string[] }[];
  readonly channels: readonly { readonly id: string; readonly name: string }[];
}

/**
 * Escapes what was typed, and turns `@name`, `#channel` and addresses into Slack's markup. Nobody can type a ping:
 * `<!channel>` is sent as the characters it is made of.
 */
export function encodeTyped(text: string, { users, channels }: Directory): string {
  return text
    .split(/(https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?)\]}…])/)
    .map((piece, index) => {
      if (index % 2 === 1) return `<${escape(piece)}>`;
      // A quote mark at the start of a line stays one.
      return escape(piece)
        .replace(/^&gt; /gm, '> ')
        .replace(/(?<![\p{L}\p{N}])@([\p{L}\p{N}._-]+)/gu, (all, name: string) => {
          const user = users.find(({ names }) => names.some((known) => known.toLowerCase() === name.toLowerCase()));
          return user === undefined ? all : `<@${user.id}>`;
        })
        .replace(/(?<![\p{L}\p{N}&])#([\p{L}\p{N}_-]+)/gu, (all, name: string) => {
          const channel = channels.find((known) => known.name === name);
          return channel === undefined ? all : `<#${channel.id}|${channel.name}>`;
        });
    })
    .join('');
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

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
