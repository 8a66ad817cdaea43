// Asks the registry for known vulnerabilities of what is installed in production. Fails on a high or critical one; a registry
// that has no such list, or no network, is said and is no failure: it tells nothing of the product.
const { spawnSync } = require('node:child_process');

const SECONDS = 60;

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--audit-level=high', '--json'], {
  encoding: 'utf8',
  timeout: SECONDS * 1000,
  shell: process.platform === 'win32',
  maxBuffer: 64 * 1024 * 1024,
});

const report = read(stdout ?? '');
const counts = report?.metadata?.vulnerabilities;
if (typeof counts !== 'object' || counts === null) {
  const reason = report?.error?.summary || report?.message || `no answer within ${SECONDS} seconds`;
  console.log(`Known vulnerabilities: not asked, the registry does not say (${String(reason).split('\n')[0]})`);
} else {
  const { critical = 0, high = 0, moderate = 0, low = 0 } = counts;
  console.log(`Known vulnerabilities: ${critical} critical, ${high} high, ${moderate} moderate, ${low} low`);
  const bad = Object.entries(report.vulnerabilities ?? {}).filter(([, { severity }]) =>
    /^(high|critical)$/.test(severity),
  );
  for (const [name, { severity, range, fixAvailable }] of bad)
    console.log(
      `  ${name} ${range}: ${severity}; ${fixAvailable ? 'mended in a newer version: npm audit fix' : 'not mended yet'}`,
    );
  if (critical + high > 0) process.exitCode = 1;
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
