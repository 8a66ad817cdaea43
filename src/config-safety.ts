/** What would start but be unsafe: each is refused, with what to do. What only an operator can judge is left to `doctor`. */
import type { ConfigProblem } from './config-problem';
import type { ReadSettings, SettingName } from './config-settings';
import { SETTINGS } from './config-settings';
import { isLoopback } from './loopback';

/** Addresses that secrets are sent to, or keys are taken from. */
const TRUSTED: readonly SettingName[] = ['SLACK_API_URL', 'TEAMS_OPENID_METADATA_URL', 'OTEL_EXPORTER_OTLP_ENDPOINT'];

/**
 * Settings whose published example could be left as it is, and would let everybody in who has read it, with the address that
 * tells whether it matters: a stand-in on this machine may have any secret.
 */
const SAMPLES: Readonly<Partial<Record<SettingName, SettingName>>> = {
  SLACK_SIGNING_SECRET: 'SLACK_API_URL',
  MICROSOFT_APP_ID: 'TEAMS_OPENID_METADATA_URL',
  MICROSOFT_APP_PASSWORD: 'TEAMS_OPENID_METADATA_URL',
  TEAMS_ALLOWED_TENANTS: 'TEAMS_OPENID_METADATA_URL',
  METRICS_TOKEN: 'SLACK_API_URL',
};

/** @param texts the environment with `.env` */
export function unsafe({ values }: ReadSettings, texts: NodeJS.ProcessEnv): ConfigProblem[] {
  const samples = Object.entries(SAMPLES)
    .filter(
      ([name, address]) => texts[name]?.trim() === SETTINGS[name as SettingName].example && !isLocal(values[address]),
    )
    .map(([place]) => ({ place, reason: 'is still the example that everybody can read; put in your own' }));
  const open = TRUSTED.filter((name) => isPlain(values[name]) && !isLocal(values[name]))
    .filter((name) => name !== 'OTEL_EXPORTER_OTLP_ENDPOINT' || texts['OTEL_EXPORTER_OTLP_HEADERS'])
    .map((place) => ({
      place,
      reason: 'must begin with https://, for secrets or keys go that way; http:// is for an address of this machine',
    }));
  return [...samples, ...open, ...(texts['NODE_TLS_REJECT_UNAUTHORIZED'] === '0' ? [NO_TLS] : [])];
}

const NO_TLS: ConfigProblem = {
  place: 'NODE_TLS_REJECT_UNAUTHORIZED',
  reason:
    'is 0, so anybody on the way could read and change everything; take it out, and name a certificate authority of your own in NODE_EXTRA_CA_CERTS',
};

function isPlain(address: unknown): boolean {
  return typeof address === 'string' && /^http:/i.test(address);
}

function isLocal(address: unknown): boolean {
  if (typeof address !== 'string' || !URL.canParse(address)) return false;
  return isLoopback(new URL(address).hostname);
}
