/** What a part of the bench found, and how it is printed: Markdown that README takes as it is. */

export interface Table {
  readonly title: string;
  /** Heads of all columns but the first. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly [what: string, ...cells: string[]])[];
}

/** A figure that was asked for beforehand. */
export interface Goal {
  readonly what: string;
  readonly bound: 'at least' | 'at most';
  readonly goal: number;
  readonly measured: number;
  readonly unit: string;
}

export interface Findings {
  readonly tables: readonly Table[];
  readonly goals: readonly Goal[];
}

export function markdown({ title, columns, rows }: Table): string {
  const lines = [['', ...columns], ...rows];
  const widths = ['', ...columns].map((_, column) => Math.max(3, ...lines.map((line) => (line[column] ?? '').length)));
  const print = (cells: readonly string[]): string => {
    const padded = widths.map((width, column) => {
      const cell = cells[column] ?? '';
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    return `| ${padded.join(' | ')} |`;
  };
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  const [head = [], ...rest] = lines;
  return [`**${title}**`, '', print(head), rule, ...rest.map(print), ''].join('\n');
}

/** Each goal with what was measured, and by how much it was missed. */
export function goalTable(goals: readonly Goal[]): Table {
  return {
    title: 'Goals',
    columns: ['goal', 'measured', ''],
    rows: goals.map((goal) => [
      goal.what,
      `${goal.bound} ${withUnit(goal.goal, goal.unit)}`,
      withUnit(goal.measured, goal.unit),
      verdict(goal),
    ]),
  };
}

function verdict({ bound, goal, measured, unit }: Goal): string {
  const missedBy = bound === 'at least' ? goal - measured : measured - goal;
  return missedBy <= 0 ? 'met' : `missed by ${withUnit(missedBy, unit)}`;
}

const withUnit = (value: number, unit: string): string =>
  unit === '×' ? `× ${value.toFixed(2)}` : `${fixed(value)} ${unit}`;

/** Three digits that mean something, and a separator of thousands. */
export function fixed(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export const milliseconds = (value: number): string => `${fixed(value)} ms`;
export const times = (value: number): string => withUnit(value, '×');
export const range = (values: readonly number[]): string =>
  `${fixed(Math.min(...values))} … ${fixed(Math.max(...values))}`;
