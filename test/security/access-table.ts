/**
 * Who may do what, in which state: the whole of it, to be read. Written from what the product promises, not from its code;
 * `access.test.ts` plays every cell.
 *
 *   R  the requester of this ticket (or who asked this question)   E  another employee
 *   A  the agent who has it (or who wrote the draft)               B  another agent of its line
 *   L  an agent of another line                                    M  a manager of its line who is no agent of it
 *   X  somebody of another workspace or tenant                     ?  somebody of whom the chat cannot say just now who they are
 *
 * A cell names those who may; `-` is nobody. Everybody else is refused politely and nothing is changed.
 */
export const WHO = ['R', 'E', 'A', 'B', 'L', 'M', 'X', '?'] as const;
export type Who = (typeof WHO)[number];

export const TICKET_TABLE = `
                  open    claimed  waiting  resolved  closed
  show            RAB     RAB      RAB      RABL      RABL
  reply           RAB     RAB      RAB      RAB       -
  withdraw        RAB     RAB      RAB      -         -
  reopen          -       -        -        RAB       -
  claim           AB      -        -        -         -
  release         -       AB       AB       -         -
  assign          AB      AB       AB       -         -
  escalate        AB      AB       AB       -         -
  prioritise      AB      AB       AB       -         -
  urgent          AB      AB       AB       -         -
  categorise      AB      AB       AB       AB        AB
  note            AB      AB       AB       AB        -
  wait            AB      AB       AB       -         -
  resolve         AB      AB       AB       -         -
  article-from    AB      AB       AB       AB        AB
`;
// L sees of a resolved ticket what was asked and what helped, as far as its line shows it to other agents: never its people,
// never its history.

/** Drafts of a line that publishes nothing which a second agent has not approved. */
export const DRAFT_TABLE = `
                  writing  review  published  dropped
  draft-show      AB       AB      AB         AB
  draft-form      AB       AB      AB         AB
  draft-write     AB       AB      AB         AB
  draft-publish   AB       B       -          -
  draft-approve   AB       B       -          -
  article-return  -        B       -          -
  draft-overwrite AB       AB      -          -
  draft-drop      AB       AB      -          -
`;
// Words written to a draft that is done become a draft of their own, so that nothing anybody wrote is lost.

export const DESK_TABLE = `
                         always
  ask                    REABLMX?
  open                   REABLMX?
  open-for-another       AB
  open-own-question      R
  solved                 R
  read                   REABLMX?
  read-for-agents        ABL
  mine                   REABLMX?
  queue                  ABL
  summary                M
  help                   REABLMX?
  thanks                 REABLMX?
  same-person-unasked    -
  unknown                -
  articles               M
  article-list           ABL
  article-find           ABL
  article-new            ABL
  article-edit           ABL
  article-edit-agents    ABL
  article-write          ABL
  article-history        ABL
  article-retire         ABL
  article-restore        ABL
  article-confirm        ABLM
`;

export interface Cell {
  readonly action: string;
  readonly state: string;
  readonly may: readonly Who[];
}

/** The cells of a table, row by row. */
export function cellsOf(table: string): Cell[] {
  const [states = [], ...rows] = table
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/));
  return rows.flatMap(([action = '', ...cells]) =>
    states.map((state, index) => {
      const may = WHO.filter((who) => cells[index]?.includes(who));
      if (cells[index] !== '-' && may.length !== cells[index]?.length)
        throw new Error(`${action}, ${state}: what is "${cells[index]}"?`);
      return { action, state, may };
    }),
  );
}
