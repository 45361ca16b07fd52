/** Who takes part in simulated calls. Numbers are from the range 555-0100 to 555-0199, which is kept for fiction. */
import type { Random } from '../../random';
import { pick } from './chance';

export interface Colleague {
  readonly extension: string;
  readonly name: string;
  readonly id: string;
  readonly email: string;
}

export interface Customer {
  readonly number: string;
  readonly name: string;
  readonly region: string;
}

export interface Line {
  readonly number: string;
  readonly name: string;
}

interface Region {
  readonly areaCode: string;
  readonly region: string;
}

export const ALICE = colleague('101', 'Alice Agent');
export const BOB = colleague('102', 'Bob Baker');
export const CAROL = colleague('103', 'Carol Clark');

/** Everybody who can be rung. */
export const team: readonly [Colleague, ...Colleague[]] = [ALICE, BOB, CAROL];

const lines: readonly [Line, ...Line[]] = [
  { number: '12025550110', name: 'Sales line' },
  { number: '12025550111', name: 'Support line' },
  { number: '12025550112', name: 'Landing page' },
];

const regions: readonly [Region, ...Region[]] = [
  { areaCode: '212', region: 'New York' },
  { areaCode: '303', region: 'Colorado' },
  { areaCode: '415', region: 'California' },
  { areaCode: '617', region: 'Massachusetts' },
];

/** Some of the names are there to find out whether a receiver bears quotes, other scripts and an emoji. */
const names: readonly [string, ...string[]] = [
  'Ann Customer',
  'Grace "Gigi" O’Neil',
  'José Núñez',
  'Олена Петренко',
  '山田太郎',
  'Max & Moritz <Ltd>',
  'Zoe 🙂',
];

export function anyLine(random: Random): Line {
  return pick(random, lines);
}

export function anyColleague(random: Random): Colleague {
  return pick(random, team);
}

export function anyCustomer(random: Random): Customer {
  const { areaCode, region } = pick(random, regions);
  const last = String(Math.floor(random() * 100)).padStart(2, '0');
  return { number: `1${areaCode}55501${last}`, name: pick(random, names), region };
}

function colleague(extension: string, name: string): Colleague {
  const first = name.split(' ')[0]?.toLowerCase();
  return { extension, name, id: `emp-0${extension}`, email: `${first}@example.test` };
}
