import { parseServer } from '../../config/servers.ts';
import { Fault } from '../../errors.ts';
import {
  checkedRows,
  listFileOf,
  listFileText,
  oddAddresses,
  textIfThere,
} from '../../config/list-file.ts';
import { countOption, textOption, textsOption } from '../parse.ts';
import { replaceFile } from '../../machine/replace-file.ts';
import { type Input, type Run } from '../spec.ts';

/** The row that the command line describes. */
function rowOf(id: string, input: Input): Readonly<Record<string, unknown>> {
  const addresses = textsOption(input, 'address');
  if (addresses.length === 0)
    throw new Fault('USAGE', 'a resolver has an address', {
      where: '--address',
      fix: 'add --address 192.0.2.53, once for each of its addresses',
    });
  const odd = addresses.find(address => parseServer(address) === null || address.includes(']'));
  if (odd !== undefined)
    throw new Fault('USAGE', `${odd} is not an address`, {
      where: '--address',
      fix: 'write the address without brackets or a port; the port has --port',
    });
  const port = countOption(input, 'port', 1);
  const operator = textOption(input, 'operator');
  const country = textOption(input, 'country');
  const transports = textsOption(input, 'transport');
  const dotHost = textOption(input, 'dotHost');
  const dohTemplate = textOption(input, 'dohTemplate');
  return {
    ...{ id, addresses },
    ...(operator === null ? {} : { operator }),
    ...(country === null ? {} : { country }),
    ...(port === null ? {} : { port }),
    ...(transports.length === 0 ? {} : { transports }),
    ...(dotHost === null ? {} : { dotHost }),
    ...(dohTemplate === null ? {} : { dohTemplate }),
  };
}

export const run: Run = async ({ terminal, json }, input) => {
  const [id = '', file = ''] = input.args;
  const row = rowOf(id, input);
  const before = await textIfThere(file);
  const list = before === null ? { around: null, rows: [] } : listFileOf(file, before);
  const text = listFileText({ ...list, rows: [...list.rows, row] });
  const rows = await checkedRows(file, text);
  await replaceFile(file, text);
  for (const sentence of oddAddresses(rows.slice(-1))) terminal.talk(`note: ${sentence}`);
  terminal.out(
    json
      ? JSON.stringify({ file, added: [id], resolvers: rows.length })
      : `added ${id} to ${file}, which has ${rows.length} now`,
  );
  return 0;
};
