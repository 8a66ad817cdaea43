/** Times as a client shows them: in the reader's language and the browser's time zone. Pure. */

/** The clock beside a message, for example `14:05`. */
export function clockOf(epochSeconds: number, locale: string): string {
  return format(epochSeconds, locale, { hour: 'numeric', minute: '2-digit' });
}

/** Day and time in full, for a tooltip. */
export function fullTimeOf(epochSeconds: number, locale: string): string {
  return format(epochSeconds, locale, { dateStyle: 'full', timeStyle: 'short' });
}

/** Today, yesterday, or the day. */
export function dayOf(epochSeconds: number, locale: string, nowMs = Date.now()): string {
  return capital(
    relativeDay(epochSeconds, locale, nowMs) ??
      format(epochSeconds, locale, { weekday: 'long', day: 'numeric', month: 'long' }),
    locale,
  );
}

/**
 * The text of `<!date^epoch^format|fallback>`.
 * https://docs.slack.dev/messaging/formatting-message-text#date-formatting
 */
export function dateText(epochSeconds: number, pattern: string, locale: string, nowMs = Date.now()): string {
  return pattern.replace(/\{(\w+)\}/g, (all, token: string) => {
    const pretty = token.includes('pretty') ? relativeDay(epochSeconds, locale, nowMs) : null;
    if (pretty !== null) return pretty;
    const options = Object.hasOwn(TOKENS, token) ? TOKENS[token] : undefined;
    return options === undefined ? all : format(epochSeconds, locale, options);
  });
}

const SHORT = { day: 'numeric', month: 'short', year: 'numeric' } as const;
const LONG = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const;
const MEDIUM = { day: 'numeric', month: 'long', year: 'numeric' } as const;

const TOKENS: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  date_num: { day: '2-digit', month: '2-digit', year: 'numeric' },
  date: MEDIUM,
  date_pretty: MEDIUM,
  date_short: SHORT,
  date_short_pretty: SHORT,
  date_long: LONG,
  date_long_pretty: LONG,
  time: { hour: 'numeric', minute: '2-digit' },
  time_secs: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
};

/** "today", "yesterday" or "tomorrow" in the reader's language; null for other days. */
function relativeDay(epochSeconds: number, locale: string, nowMs: number): string | null {
  const dayNumber = (ms: number) => {
    const date = new Date(ms);
    return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000;
  };
  const days = dayNumber(epochSeconds * 1000) - dayNumber(nowMs);
  return Math.abs(days) > 1 ? null : new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(days, 'day');
}

function format(epochSeconds: number, locale: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale, options).format(new Date(epochSeconds * 1000));
}

function capital(text: string, locale: string): string {
  return text.slice(0, 1).toLocaleUpperCase(locale) + text.slice(1);
}
