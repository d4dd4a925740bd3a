import { Fault } from '../errors.ts';
import { undoRows, undoText } from '../view/runbook/undo.ts';
import { findCutover } from './find.ts';
import { flagOption, nameArgument } from './parse.ts';
import { type Run } from './spec.ts';

export const run: Run = async (context, input) => {
  const { terminal, json } = context;
  const { cutover } = await findCutover(context, nameArgument(input));
  const { snapshot, plan, id } = cutover;
  if (snapshot === null)
    throw new Fault('NOT_FOUND', `${id} has no snapshot yet`, {
      fix: 'it is the first stage: start the cutover, or wait',
    });
  const source = { plan, hosted: snapshot.hosted };
  if (json) {
    const { digest, hosted, servers, nameServers } = snapshot;
    const takenAt = new Date(snapshot.at.wall).toISOString();
    terminal.out(
      JSON.stringify({
        cutover: id,
        digest,
        takenAt,
        hosted,
        servers,
        nameServers,
        undo: undoRows(source),
      }),
    );
  } else
    terminal.out(
      flagOption(input, 'undo')
        ? undoText(source)
        : `snapshot ${snapshot.digest}\n${undoText(source)}`,
    );
  return 0;
};
