import { Type } from 'typebox';
import { undoRows } from '../../view/runbook/undo.ts';
import { isoText } from '../../view/words.ts';
import { type Kit } from '../kit.ts';
import { closed, cutoverParams, open } from '../schemas/common.ts';
import { cutoverOf } from '../scope.ts';
import { type Server } from '../server-type.ts';

const snapshotSchema = Type.Object(
  {
    cutover: Type.String(),
    digest: Type.String({ description: 'Of what the provider held; the journal names it.' }),
    takenAt: Type.String(),
    hosted: Type.Unknown({ description: 'What the provider held, by RRset; null: nothing.' }),
    servers: Type.Unknown({ description: 'The authoritative addresses.' }),
    nameServers: Type.Unknown(),
    undo: Type.Unknown({ description: 'Each RRset as it has to be again, the MX first.' }),
  },
  { ...open, description: 'What was there before, as `snapshot --json` says it.' },
);

/** What was there before a cutover began. */
export const snapshotRoutes = (server: Server, kit: Kit): void => {
  server.get(
    '/api/v1/cutovers/:id/snapshots',
    {
      config: { needs: 'viewer', cutover: true, shared: false },
      schema: {
        summary: 'What was there before',
        description: 'Empty before the first stage is over; one then, which never changes.',
        tags: ['cutovers'],
        params: cutoverParams,
        response: {
          200: Type.Object({ snapshots: Type.Array(snapshotSchema) }, closed),
        },
      },
    },
    async (request, reply) => {
      const { id, plan, snapshot } = await cutoverOf(kit, request.params.id);
      reply.serializer(JSON.stringify);
      if (snapshot === null) return { snapshots: [] };
      const { digest, hosted, servers, nameServers, at } = snapshot;
      const undo = undoRows({ plan, hosted });
      const takenAt = isoText(at.wall);
      return {
        snapshots: [{ cutover: id, digest, takenAt, hosted, servers, nameServers, undo }],
      };
    },
  );
};
