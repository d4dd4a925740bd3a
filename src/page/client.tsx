import { openDoor } from './doors/entering.tsx';
import { wake } from './live/woken.tsx';
import { dataId, readEmbedded, rootId } from './shell/data.ts';

const root = document.getElementById(rootId);
const text = document.getElementById(dataId)?.textContent;
if (root !== null && text !== undefined) {
  const data = readEmbedded(text);
  if (data.page === 'login') openDoor(data, root);
  else if (data.page !== 'problem') wake(data, root);
}
