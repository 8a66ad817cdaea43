/** Who acts and who is told. A person is known by one stable id; how to reach them is the adapter's secret. */

/** The languages the helpdesk speaks. */
export const LANGUAGES = ['en', 'pl'] as const;
export type Language = (typeof LANGUAGES)[number];

/** `<platform>:<the platform's own user id>`, for example `slack:U0ANNA`; `system` for what the helpdesk does by itself. */
export type PersonId = string;

/**
 * `<platform>:<place>`, where a message can be sent, for example `slack:C0SUPPORT`, `slack:U0ANNA` or `mailto:boss@example.com`.
 * Made and read by one adapter only; to everyone else it is text.
 */
export type Address = string;

export interface Person {
  readonly id: PersonId;
  readonly name: string;
  /**
   * Their work e-mail address, which the chat has verified; two people of different chats with the same one may be asked
   * whether they are one. Null for guests, for people of other organisations, and when the chat did not say.
   */
  readonly email: string | null;
  /** The language of the person's chat client; null when the chat did not say. */
  readonly language: Language | null;
  /** Where a private message reaches this person. */
  readonly address: Address;
}

/** The actor of everything the helpdesk does without being asked, such as closing a ticket some days after it was resolved. */
export const SYSTEM: PersonId = 'system';

/** The platform part of an id or address: `slack:U1` gives `slack`. */
export function platformOf(address: Address): string {
  return address.slice(0, Math.max(0, address.indexOf(':')));
}

/** The language of a locale such as `pl-PL`; null when the helpdesk does not speak it. */
export function languageOf(locale: string | null | undefined): Language | null {
  const language = locale?.slice(0, 2).toLowerCase();
  return LANGUAGES.find((known) => known === language) ?? null;
}
