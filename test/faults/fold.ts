/** A ticket as its events alone tell it, by rules written anew for the checker: what the product decides is not asked. */
import type { Ticket, TicketEvent } from '../../src/domain/ticket';

type State = Pick<
  Ticket,
  'status' | 'assignee' | 'line' | 'priority' | 'resolution' | 'updatedAt' | 'resolvedAt' | 'closedAt'
> & { firstResponseAt: Date | null };

interface Folded {
  readonly state: Partial<State>;
  /** What no sequence of decisions can give, such as a claim of a ticket that somebody has. */
  readonly impossible: readonly string[];
}

/** @param events of one ticket, by version */
export function foldOf({ requester }: Ticket, events: readonly TicketEvent[]): Folded {
  const impossible: string[] = [];
  let state: Partial<State> = {};
  for (const event of events) {
    const { actor, version, what } = event;
    if (what.kind === 'claimed' && state.assignee !== null)
      impossible.push(`was claimed by ${actor} at ${version} while ${state.assignee} had it`);
    if (what.kind === 'released' && state.assignee === null)
      impossible.push(`was released at ${version} while nobody had it`);
    state = { ...state, updatedAt: event.at, ...changed(state, event, requester) };
  }
  return { state, impossible };
}

function changed(state: Partial<State>, { actor, at, what }: TicketEvent, requester: string): Partial<State> {
  const answered = { firstResponseAt: state.firstResponseAt ?? at };
  const active = (assignee: string | null): Partial<State> => ({
    status: assignee === null ? 'open' : 'claimed',
    resolution: null,
    resolvedAt: null,
  });
  switch (what.kind) {
    case 'opened':
      return { ...active(null), assignee: null, line: what.line, priority: what.priority, firstResponseAt: null };
    case 'claimed':
      return { status: 'claimed', assignee: actor, ...answered };
    case 'released':
      return { status: 'open', assignee: null };
    case 'assigned':
      return { assignee: what.to, status: state.status === 'open' ? 'claimed' : state.status! };
    case 'escalated':
      return { line: what.to, status: 'open', assignee: null };
    case 'prioritised':
      return { priority: what.to };
    case 'categorised':
      return {};
    case 'waiting':
      return { status: 'waiting', assignee: state.assignee ?? actor, ...answered };
    case 'commented':
      if (what.visibility === 'internal') return {};
      if (actor !== requester) return answered;
      if (state.status === 'waiting') return { status: 'claimed' };
      return state.status === 'resolved' ? active(state.assignee ?? null) : {};
    case 'resolved':
      return { status: 'resolved', resolution: what.text === '' ? null : what.text, resolvedAt: at };
    case 'reopened':
      return active(state.assignee ?? null);
    case 'closed':
      return { status: 'closed', closedAt: at };
    case 'erased':
      return {};
  }
}
