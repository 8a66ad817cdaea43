/**
 * What is counted while the helpdesk works, for `/metrics`. Each fact is counted where it becomes true, by one call here;
 * nothing counted is a person's word, name or id. The only file that knows prom-client.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** How one delivery of the outbox ended. */
export type DeliveryOutcome = 'delivered' | 'nothing-to-do' | 'postponed' | 'unreachable' | 'given-up';

/** What the database is asked at the moment the figures are wanted. */
export interface MeterReadings {
  readonly waiting: number;
  readonly oldestDueSeconds: number;
  readonly activeByStatus: Readonly<Record<string, number>>;
}

/** Chats wait 3 seconds (Slack) or 15 (Teams); between them the steps that tell a slow desk from a fast one. */
const ACKNOWLEDGED_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 3, 5, 10, 15];
const DATABASE_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class Meter {
  private readonly registry = new Registry();
  private readonly accepted = this.counter(
    'helpdesk_interactions_accepted_total',
    'Interactions whose effect was stored.',
  );
  private readonly duplicates = this.counter(
    'helpdesk_interactions_duplicate_total',
    'Interactions that had been handled already and changed nothing.',
  );
  private readonly refusals = this.counter(
    'helpdesk_refused_total',
    'What was refused: by the rules of the desk (its reason), or at the door (http-401, http-413 …).',
    ['reason'],
  );
  private readonly failures = this.counter(
    'helpdesk_interactions_failed_total',
    'Interactions that failed for a reason of ours; the person was told so.',
  );
  private readonly deliveries = this.counter(
    'helpdesk_deliveries_total',
    'Attempts to deliver an announcement, by chat and outcome.',
    ['chat', 'outcome'],
  );
  private readonly acknowledgements = this.histogram(
    'helpdesk_acknowledgement_seconds',
    'From the arrival of a delivery of a chat to its acknowledgement.',
    ['chat'],
    ACKNOWLEDGED_SECONDS,
  );
  private readonly database = this.histogram(
    'helpdesk_database_seconds',
    'One read or one transaction, with its turn in the queue and its repetitions.',
    ['work'],
    DATABASE_SECONDS,
  );
  private readonly waiting = this.gauge('helpdesk_outbox_waiting', 'Announcements that are not delivered yet.');
  private readonly oldest = this.gauge(
    'helpdesk_outbox_oldest_age_seconds',
    'How long the oldest of them that is due has waited.',
  );
  private readonly active = this.gauge(
    'helpdesk_tickets_active',
    'Tickets that somebody still has something to do with.',
    ['status'],
  );
  private readonly uptime = this.gauge('process_uptime_seconds', 'Since the process began.');

  constructor() {
    // Memory, processor, event-loop lag, garbage collection, under the names every dashboard of Node knows.
    collectDefaultMetrics({ register: this.registry });
  }

  interactionAccepted(): void {
    this.accepted.inc();
  }

  interactionRepeated(): void {
    this.duplicates.inc();
  }

  /** @param reason one of a small, fixed set */
  refused(reason: string): void {
    this.refusals.inc({ reason });
  }

  interactionFailed(): void {
    this.failures.inc();
  }

  delivery(chat: string, outcome: DeliveryOutcome): void {
    this.deliveries.inc({ chat, outcome });
  }

  acknowledged(chat: string, ms: number): void {
    this.acknowledgements.observe({ chat }, ms / 1000);
  }

  databaseWorked(work: 'read' | 'write', ms: number): void {
    this.database.observe({ work }, ms / 1000);
  }

  readonly contentType = this.registry.contentType;

  /** In Prometheus' text format. https://prometheus.io/docs/instrumenting/exposition_formats/ */
  text({ waiting, oldestDueSeconds, activeByStatus }: MeterReadings): Promise<string> {
    this.waiting.set(waiting);
    this.oldest.set(oldestDueSeconds);
    for (const [status, count] of Object.entries(activeByStatus)) this.active.set({ status }, count);
    this.uptime.set(process.uptime());
    return this.registry.metrics();
  }

  private counter<L extends string>(name: string, help: string, labelNames: L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge<L extends string>(name: string, help: string, labelNames: L[] = []): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  private histogram<L extends string>(name: string, help: string, labelNames: L[], buckets: number[]): Histogram<L> {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }
}
