/** How the connection to MySQL or MariaDB is encrypted, in MySQL's own words; for the driver, and for the programs that dump. */
import { readFileSync } from 'node:fs';

/** https://dev.mysql.com/doc/refman/8.4/en/connection-options.html#encrypted-connection-options */
export interface DatabaseTls {
  /**
   * Of the server's certificate: `required` looks at nothing, `verify-ca` at who signed it, `verify-identity` also at whether
   * it is this host's. None of them ever goes without TLS.
   */
  readonly mode: 'required' | 'verify-ca' | 'verify-identity';
  /** File with the authorities to trust; without it those that Node trusts. */
  readonly ca?: string;
  /** Files with a certificate of our own and its key, for a server that wants to know who we are. */
  readonly cert?: string;
  readonly key?: string;
}

/** What mysql2 takes. */
export interface DriverTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized: boolean;
  readonly verifyIdentity: boolean;
}

/** @throws Error of the file system, with the file's name, when one of the files cannot be read */
export function driverTls({ mode, ...files }: DatabaseTls): DriverTls {
  const texts = Object.entries(files).map(([name, file]) => [name, readFileSync(file, 'utf8')]);
  return {
    ...(Object.fromEntries(texts) as Pick<DriverTls, 'ca' | 'cert' | 'key'>),
    rejectUnauthorized: mode !== 'required',
    verifyIdentity: mode === 'verify-identity',
  };
}

/** Arguments of `mariadb-dump`, which can either look at everything or at nothing. */
export function mariadbTls({ mode, ...files }: DatabaseTls): string[] {
  return ['--ssl', `--${mode === 'required' ? 'skip-' : ''}ssl-verify-server-cert`, ...filesOf(files)];
}

/** Arguments of `mysqldump`. */
export function mysqlTls({ mode, ...files }: DatabaseTls): string[] {
  return [`--ssl-mode=${mode.replace('-', '_').toUpperCase()}`, ...filesOf(files)];
}

function filesOf(files: Omit<DatabaseTls, 'mode'>): string[] {
  return Object.entries(files).map(([name, file]) => `--ssl-${name}=${file}`);
}
