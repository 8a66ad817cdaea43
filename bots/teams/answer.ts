/** What Teams is answered for a delivery. */

/** The status and body of the HTTP answer. Of an invoke Teams reads the body, of anything else only the status. */
export interface Answer {
  readonly status: number;
  readonly body?: object;
}

export const OK: Answer = { status: 200 };
/** Teams delivers again what is refused like this. */
export const TRY_AGAIN: Answer = { status: 503 };
