/**
 * Loaded into a Node-RED under test: lets its clock jump, its DNS answer by script and its event loop hang, as the file that
 * FAULTS names says. The file is read at every SIGWINCH (Node-RED itself stops at SIGUSR2).
 */
const dns = require('node:dns');
const { readFileSync } = require('node:fs');

const RealDate = Date;
const realLookup = dns.lookup;
let faults = {};

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + (faults.clockMs ?? 0));
    else super(...args);
  }
  static now() {
    return RealDate.now() + (faults.clockMs ?? 0);
  }
};

dns.lookup = (host, ...rest) => {
  const address = faults.dns?.[host];
  if (address === undefined) return realLookup(host, ...rest);
  const callback = rest.at(-1);
  if (address === null) {
    const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), {
      code: 'ENOTFOUND',
      syscall: 'getaddrinfo',
      hostname: host,
    });
    process.nextTick(callback, error);
    return {};
  }
  const wantsAll = typeof rest[0] === 'object' && rest[0].all === true;
  process.nextTick(callback, null, wantsAll ? [{ address, family: 4 }] : address, 4);
  return {};
};

// Else a file that may not grow would end the process before anyone is told.
process.on('SIGXFSZ', () => {});

process.on('SIGWINCH', () => {
  faults = JSON.parse(readFileSync(process.env.FAULTS, 'utf8'));
  for (const until = RealDate.now() + (faults.blockMs ?? 0); RealDate.now() < until; );
  console.log(`faults set: ${faults.number}`);
});
