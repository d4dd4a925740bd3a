import { columnsOf, padded, shown, wrap, type Cell, type Look } from '../table.ts';
import { cells, labelRoom, more, type Block, type Row } from './rows.ts';
import { margin } from '../labelled.ts';
import {
  answering,
  barText,
  countsText,
  outlookTexts,
  percentText,
  proxyBrief,
  restText,
  shareBrief,
  stragglerCells,
} from '../world/text.ts';
import { quarantineText } from '../world/fitness.ts';
import { type CachesView, type StragglerView } from '../world/world.ts';

const gap = 2;

/** Stragglers in columns; the cause comes last, since it may be cut. */
function stragglerRows(list: readonly StragglerView[], look: Look): readonly Row[] {
  const rows = list.map(one => stragglerCells(one, look));
  const widths = [0, 1].map(column =>
    Math.max(0, ...rows.map(row => columnsOf(row[column]?.text ?? ''))),
  );
  return rows.map((row): Row => [
    { text: margin },
    ...row.map((cell, column): Cell => {
      const width = widths[column];
      return width === undefined ? cell : { ...cell, text: padded(cell.text, width + gap) };
    }),
  ]);
}

function shareRows(caches: CachesView, look: Look): readonly Row[] {
  const { share, target, ableToTell, back } = caches;
  const rest = restText(caches);
  const room = labelRoom(look);
  const unfit = quarantineText(caches);
  const unfits = unfit === '' ? [] : wrap(shown(unfit, look), room);
  if (rest !== null) return cells('resolvers', [...wrap(rest, room), ...unfits], look);
  const able =
    ableToTell !== null && ableToTell < 0.5 ? `, only ${percentText(ableToTell)} can tell` : '';
  const said = ` ${shareBrief(caches)}${back ? '' : `, ${String(target)} % wanted`}${able}`;
  const bar = barText(share, Math.min(40, Math.max(0, room - columnsOf(said))), look.ascii);
  return cells('resolvers', [`${bar}${said}`, ...wrap(countsText(caches), room), ...unfits], look);
}

/** What the resolvers say: the share as a bar, when it is enough, and who keeps it waiting. */
export function cachesBlocks(caches: CachesView | null, look: Look): readonly Block[] {
  if (caches === null) return [];
  const outlook = outlookTexts(caches, look);
  const list = answering(caches);
  const rows = stragglerRows(list, look).map((row, index) =>
    index === 0
      ? [cells('stragglers', [''], look)[0]?.[0] ?? { text: margin }, ...row.slice(1)]
      : row,
  );
  const proxy = cells('', wrap(proxyBrief(caches), labelRoom(look)), {
    ...look,
    colour: look.paint.dim,
  });
  return [
    { rank: 8, least: 1, rows: shareRows(caches, look) },
    ...(outlook.length === 0
      ? []
      : [
          {
            rank: 5,
            least: 1,
            rows: cells(
              '',
              outlook.flatMap(part => wrap(part, labelRoom(look))),
              look,
            ),
            cut: more(look),
            joined: true,
          },
        ]),
    { rank: 3, least: 4, rows, cut: more(look), joined: true },
    { rank: 7, least: proxy.length, rows: proxy, joined: true },
  ];
}
