/**
 * OpenTelemetry traces, for whoever set an exporter up; without one nothing of it is loaded. What one interaction caused is
 * one trace, from the click to the last delivery, whichever process did it: the trace's id is made of the interaction's.
 */
import { createHash } from 'node:crypto';
import type { Span, Tracer as OtelTracer } from '@opentelemetry/api';

/** Facts of a span: ids, kinds and outcomes, never what a person wrote. */
type SpanFacts = Readonly<Record<string, string | number>>;

export interface Tracing {
  /**
   * Runs the work, and tells the exporter of it.
   * @param cause the interaction it is a part of
   * @param outcome what to add once it is known
   */
  span<T>(
    name: string,
    cause: string,
    facts: SpanFacts,
    work: () => Promise<T>,
    outcome?: (result: T) => SpanFacts,
  ): Promise<T>;
  /** Sends what is still here. */
  stop(): Promise<void>;
}

export interface TracingSettings {
  /** The collector's base; `/v1/traces` is added. */
  readonly endpoint: string;
  /** By name, such as an authorization. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
}

export const NO_TRACING: Tracing = {
  span: (_name, _cause, _facts, work) => work(),
  stop: () => Promise.resolve(),
};

/** How long a stop waits for the collector. */
const LAST_WORDS_MS = 2000;

/** Loads OpenTelemetry and begins to export. A collector that cannot be reached costs nothing but its traces. */
export async function startTracing({ endpoint, headers, serviceName }: TracingSettings): Promise<Tracing> {
  const [api, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: { ...headers },
    timeoutMillis: LAST_WORDS_MS,
  });
  const provider = new sdk.NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    spanProcessors: [new sdk.BatchSpanProcessor(exporter, { scheduledDelayMillis: 1000 })],
  });
  const tracer: OtelTracer = provider.getTracer('chat-helpdesk');
  return {
    span: (name, cause, facts, work, outcome) => {
      const parent = api.trace.setSpanContext(api.ROOT_CONTEXT, {
        ...idsOf(cause),
        traceFlags: api.TraceFlags.SAMPLED,
        isRemote: true,
      });
      const span = tracer.startSpan(name, { attributes: { 'helpdesk.interaction': cause, ...facts } }, parent);
      return ended(span, work, outcome, api.SpanStatusCode.ERROR);
    },
    stop: async () => {
      await provider.shutdown().catch(() => undefined);
    },
  };
}

async function ended<T>(
  span: Span,
  work: () => Promise<T>,
  outcome: ((result: T) => SpanFacts) | undefined,
  failed: number,
): Promise<T> {
  try {
    const result = await work();
    if (outcome !== undefined) span.setAttributes(outcome(result));
    return result;
  } catch (error) {
    // Not the message: it may quote what a person wrote.
    span.setStatus({ code: failed, message: error instanceof Error ? error.name : 'Error' });
    throw error;
  } finally {
    span.end();
  }
}

function idsOf(cause: string): { traceId: string; spanId: string } {
  const hash = createHash('sha256').update(cause).digest('hex');
  return { traceId: hash.slice(0, 32), spanId: hash.slice(32, 48) };
}
