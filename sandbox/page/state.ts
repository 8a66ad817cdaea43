/**
 * What the page is told (`GET /sandbox/state`) and what it may ask (`POST /sandbox/act`). Types only, shared by the browser
 * and the server. Blocks stay loosely typed here: the page draws what it knows of them and says what it does not know.
 */
export type Role = 'employee' | 'agent' | 'manager';

export interface PageState {
  readonly team: string;
  readonly bot: { readonly id: string; readonly name: string };
  readonly users: readonly UserState[];
  /** Every channel of the workspace, for mentions. */
  readonly channels: readonly { readonly id: string; readonly name: string }[];
  readonly commands: readonly CommandState[];
  readonly globalShortcuts: readonly ShortcutState[];
  readonly messageShortcuts: readonly ShortcutState[];
  readonly setUpUrl: string | null;
  readonly people: readonly ClientState[];
}

export interface UserState {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly locale: string;
}

export interface CommandState {
  readonly command: string;
  readonly description: string;
  readonly usageHint: string;
}

export interface ShortcutState {
  readonly callbackId: string;
  readonly name: string;
}

/** One person's Slack client. */
export interface ClientState {
  readonly userId: string;
  readonly role: Role;
  /** The id of the place shown first. */
  readonly opensIn: string;
  readonly places: readonly PlaceState[];
  readonly modal: ModalState | null;
}

export interface PlaceState {
  readonly id: string;
  readonly kind: 'direct-message' | 'channel';
  readonly name: string;
  /** Oldest first; replies carry the `threadTs` of their message. */
  readonly messages: readonly MessageState[];
}

export interface MessageState {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string | null;
  readonly user: string;
  readonly fromBot: boolean;
  readonly ephemeral: boolean;
  readonly edited: boolean;
  readonly text: string;
  readonly blocks: readonly object[];
  readonly reactions: readonly { readonly name: string; readonly users: readonly string[] }[];
}

export interface ModalState {
  readonly viewId: string;
  readonly view: object;
  readonly errors: Readonly<Record<string, string>>;
}

/** A button or menu, by its action id or by the text on it. */
export type ElementState = { readonly actionId: string; readonly blockId?: string } | { readonly label: string };

export interface MessageAt {
  readonly channel: string;
  readonly ts: string;
}

/** What a person does; `as` is who. */
export type Act = { readonly as: string } & (
  | { readonly do: 'command'; readonly channel: string; readonly command: string; readonly text: string }
  | ({ readonly do: 'click'; readonly element: ElementState; readonly option?: string } & MessageAt)
  | { readonly do: 'clickInModal'; readonly element: ElementState }
  | { readonly do: 'submit'; readonly values: Readonly<Record<string, string>> }
  | { readonly do: 'close' }
  | { readonly do: 'shortcut'; readonly callbackId: string }
  | ({ readonly do: 'messageShortcut'; readonly callbackId: string } & MessageAt)
  | { readonly do: 'say'; readonly channel: string; readonly text: string; readonly threadTs?: string }
  | ({ readonly do: 'react'; readonly emoji: string } & MessageAt)
  | ({ readonly do: 'unreact'; readonly emoji: string } & MessageAt)
);

/** What became of it. `status` is what the bot answered; 0 when it did not answer in time. */
export interface ActOutcome {
  readonly ok: boolean;
  readonly status: number;
  readonly elapsedMs: number;
}
