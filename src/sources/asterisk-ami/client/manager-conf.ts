/** What an Asterisk needs to let this source in: the least that does, as lines for its manager.conf. */

/** The classes of events that are read. `dialplan` tells recordings and mailboxes, `system` phones that come and go. */
export const READ_CLASSES = ['call', 'cdr', 'agent', 'dtmf', 'user', 'dialplan', 'system'] as const;

export type ReadClass = (typeof READ_CLASSES)[number];

export function isReadClass(name: string): name is ReadClass {
  return READ_CLASSES.some((known) => known === name);
}

/** What may be asked: which channels there are, after the connection was lost. */
export const WRITE_CLASSES = ['reporting'] as const;

/** Actions that list the channels there are, the more telling first. */
export const LIST_ACTIONS = ['Status', 'CoreShowChannels'] as const;

/**
 * Regular expressions (POSIX) of events that nobody here reads: they are most of what Asterisk says. Each begins with the
 * event's name, lest a caller's display name could hide a call.
 */
export const IGNORED_EVENTS: readonly string[] = [
  '^Event: (RTCP|DeviceState|QueueMemberStatus|NewConnectedLine|NewAccountCode|MusicOnHold|CEL|TestEvent)',
  '^Event: (BridgeCreate|BridgeDestroy|SoftHangupRequest|HangupHandlerPush|LocalOptimization|ChallengeSent)',
  '^Event: VarSet.*[^n]Variable: ([^MQ]|M[^I]|Q[^U])',
  '^Event: Newexten.*Application: ([^BGQVW]|B[^a]|G[^o]|Go[^s]|V[^o])',
  // Of the subroutines only those that a ring group of FreePBX runs: there its number shows.
  '^Event: Newexten.*Context: ([^e]|e[^x]|ext-[^g]).*Application: Gos',
];

/** A user for manager.conf. The secret stays for the administrator to choose. */
export function managerConf(username: string, address: string): string {
  return [
    `[${username === '' ? 'nodered' : username.replace(/[^\w.-]/g, '')}]`,
    'secret = CHOOSE-A-LONG-SECRET',
    'deny = 0.0.0.0/0.0.0.0',
    `permit = ${address}/255.255.255.255`,
    `read = ${READ_CLASSES.join(',')}`,
    `write = ${WRITE_CLASSES.join(',')}`,
    'writetimeout = 5000',
    ...IGNORED_EVENTS.map((pattern) => `eventfilter = !${pattern}`),
    '',
  ].join('\n');
}

const MAJOR_BY_PROTOCOL: Readonly<Record<string, number>> = {
  '2': 13,
  '3': 14,
  '4': 15,
  '5': 16,
  '6': 17,
  '7': 18,
  '8': 19,
  '9': 20,
  '10': 21,
  '11': 22,
  '12': 23,
};

/** What the greeting tells of the version; empty where that is nothing. */
export function versionOfGreeting(greeting: string): string {
  const protocol = /\/(\d+)\./.exec(greeting)?.[1] ?? '';
  const major = MAJOR_BY_PROTOCOL[protocol];
  return major === undefined ? '' : `Asterisk ${major}`;
}
