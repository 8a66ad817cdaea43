// `npm run dev`: builds, runs the helpdesk, and does both again when a source changes.
const { spawn } = require('node:child_process');
const { watch } = require('node:fs');

const WATCHED = ['src', 'bots', 'migrations', 'sandbox', 'knowledge'];
/** An editor writes several files at once. */
const SETTLE_MS = 200;

let service = null;
let timer = null;
let busy = false;
let changed = false;

function run(command, args) {
  return new Promise((resolve) =>
    spawn(command, args, { stdio: 'inherit', shell: process.platform === 'win32' }).on('exit', resolve),
  );
}

/** One at a time: two at once would both start a helpdesk, and only one of them would ever be stopped. */
async function restart() {
  changed = true;
  if (busy) return;
  busy = true;
  while (changed) {
    changed = false;
    const failed = await run('npm', ['run', '--silent', 'build']);
    if (!failed && !changed) await replace();
  }
  busy = false;
}

async function replace() {
  // One that could not start, or fell over, has ended already.
  if (service !== null && service.exitCode === null && service.signalCode === null) {
    const ended = new Promise((resolve) => service.once('exit', resolve));
    service.kill('SIGTERM');
    await ended;
  }
  service = spawn(process.execPath, ['dist/src/cli/helpdesk.js', 'start'], { stdio: 'inherit' });
}

for (const folder of WATCHED) {
  watch(folder, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(restart, SETTLE_MS);
  });
}
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    service?.kill(signal);
    process.exit(0);
  });
}
restart();
