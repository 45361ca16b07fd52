/** The parts of the bench, in the order in which they run. */
import { asterisk } from './parts/asterisk';
import { backlog } from './parts/backlog';
import { eventLoop } from './parts/event-loop';
import { hanging } from './parts/hanging';
import { latency } from './parts/latency';
import { parsing } from './parts/parsing';
import { rendering } from './parts/rendering';
import { speed } from './parts/speed';
import type { Findings } from './tables';
import type { Size } from './workbench';

export const PARTS: Readonly<Record<string, (size: Size) => Promise<Findings>>> = {
  speed,
  latency,
  backlog,
  'event-loop': eventLoop,
  hanging,
  parsing,
  rendering,
  asterisk,
};
