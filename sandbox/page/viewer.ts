/** What drawing needs to know of the person who looks: names, language, and how to act as them. */
import type { Act, ActOutcome, PageState, UserState } from './state.ts';

export interface Viewer {
  readonly userId: string;
  /** BCP 47, for dates. */
  readonly locale: string;
  readonly page: PageState;
  /** Sends what this person did; null when it did not reach the bot at all (the person was told). */
  act(act: Wanted): Promise<ActOutcome | null>;
  /** Asks this person "are you sure?", over their own pane. */
  confirm(question: Question): Promise<boolean>;
}

/** An act without the "who". */
export type Wanted = Act extends infer One ? (One extends Act ? Omit<One, 'as'> : never) : never;

export interface Question {
  readonly title: string;
  readonly text: Node;
  readonly yes: string;
  readonly no: string;
  readonly danger: boolean;
}

export function userOf(page: PageState, id: string): UserState | null {
  return page.users.find((user) => user.id === id) ?? null;
}

/** How a person is called in the page; an unknown id is shown as it is. */
export function nameOf(page: PageState, id: string): string {
  if (id === page.bot.id) return page.bot.name;
  return userOf(page, id)?.realName ?? id;
}

/** The first name: "Nora Nowak" is Nora. */
export function firstNameOf(page: PageState, id: string): string {
  return nameOf(page, id).split(' ', 1)[0] ?? id;
}

export function channelNameOf(page: PageState, id: string): string {
  return page.channels.find((channel) => channel.id === id)?.name ?? id;
}
