import { Type } from 'typebox';
import { stages } from '../../cutover/stage.ts';
import { type Status } from '../../view/status/status.ts';
import { type Brief } from '../../view/stream/stream.ts';
import { nullable, open } from './common.ts';
import {
  approvalSchema,
  drainSchema,
  forecastSchema,
  gateSchema,
  holdSchema,
  offersSchema,
  pausedSchema,
  propagationPart,
  rollbackSchema,
  stagesSchema,
  stepsSchema,
  troubleSchema,
} from './status-parts.ts';

const stageSchema = Type.Enum([...stages, 'rollback']);
const outcomeSchema = nullable(Type.Enum(['done', 'rolled-back', 'abandoned']), {
  description: 'Null while it is under way.',
});
const unicodeSchema = nullable(Type.String(), {
  description: 'The domain in its own script, to be shown beside it; null: it has no other.',
});
const endingSchema = nullable(Type.Enum(['done', 'rolled-back', 'abandoned']), {
  description:
    'What the outcome will be once the claim is removed; null: it goes on, or has ended.',
});
const time = (description: string) => Type.String({ description });
const timeOrNull = (description: string) => nullable(Type.String(), { description });
const anything = (description: string) => Type.Unknown({ description });

const nextSchema = Type.Object(
  {
    who: Type.String({ description: 'controller, person, orchestrator or nobody.' }),
    what: Type.String(),
    at: nullable(Type.String()),
    command: nullable(Type.String()),
  },
  { ...open, description: 'What is next, in one sentence, and who acts.' },
);

const controllerSchema = nullable(
  Type.Object(
    {
      running: Type.Boolean(),
      pid: nullable(Type.Integer()),
      host: nullable(Type.String()),
      since: nullable(Type.String()),
      command: nullable(Type.String()),
    },
    open,
  ),
  { description: 'Who runs it at this moment.' },
);

const statusObject = Type.Object(
  {
    id: Type.String(),
    domain: Type.String({ description: 'Without the final dot.' }),
    unicode: unicodeSchema,
    stage: stageSchema,
    step: Type.Integer({ description: 'Which step, from 0.' }),
    seq: Type.Integer({ description: 'The last line of its journal; the ETag is "v<seq>".' }),
    paused: pausedSchema,
    hold: holdSchema,
    position: Type.String({ description: 'What every RRset of the steps has reached.' }),
    path: anything('Each RRset along the way, and how far it is.'),
    drain: drainSchema,
    propagation: propagationPart,
    forecast: forecastSchema,
    next: nextSchema,
    outcome: outcomeSchema,
    ending: endingSchema,
    provider: Type.String(),
    planHash: Type.String(),
    stages: stagesSchema,
    steps: stepsSchema,
    gate: gateSchema,
    approval: approvalSchema,
    settling: anything('What is left to do after the sweep.'),
    rollback: rollbackSchema,
    offers: offersSchema,
    mail: anything('What mail hosts do; null where they are not asked.'),
    oldHost: anything('Whether the old host may be closed; null before the last sweep.'),
    trouble: troubleSchema,
    controller: controllerSchema,
    startedAt: time('ISO 8601 in UTC.'),
    enteredAt: time('When the stage was entered.'),
    endedAt: timeOrNull('Null while it is under way.'),
  },
  { ...open, description: 'How a cutover stands, as `status --json` says it.' },
);

/** `status --json`, as far as it is promised; more may come. */
export const statusSchema = Type.Unsafe<Status>(statusObject);

const briefObject = Type.Object(
  {
    id: Type.String(),
    domain: Type.String(),
    unicode: unicodeSchema,
    seq: Type.Integer(),
    stage: stageSchema,
    outcome: outcomeSchema,
    ending: endingSchema,
    paused: Type.Boolean(),
    hold: nullable(Type.String(), { description: 'Why it is held.' }),
    next: nextSchema,
    share: nullable(Type.Number(), { description: '0 to 1, of those that can tell, by weight.' }),
    mail: anything('Null, or which new hosts take no mail now, since when, and what follows.'),
    controller: controllerSchema,
    startedAt: time('ISO 8601 in UTC.'),
    endedAt: timeOrNull('Null while it is under way.'),
  },
  open,
);

/** One row of the list of all cutovers. */
export const briefSchema = Type.Unsafe<Brief>(briefObject);
