import { type App } from '../app.ts';
import { type Entry } from '../cutover/line.ts';
import { eventOf, eventText } from '../view/events.ts';
import { type Context } from './context.ts';

/** Prints journal lines as they come: text for people, JSON Lines with --json. */
export function entryPrinter(context: Context, app: App): (entry: Entry) => void {
  const { terminal, json } = context;
  const { epoch } = app.environment.store;
  return entry => {
    if (json) terminal.out(JSON.stringify(eventOf(entry, epoch)));
    else terminal.out(eventText(entry, terminal.look()));
  };
}
