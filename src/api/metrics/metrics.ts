import { collectDefaultMetrics, Registry } from 'prom-client';
import { type Environment } from '../../controller/environment.ts';
import { countedBy } from './counted.ts';
import { gaugesOf, type Sources } from './gauges.ts';

/** What Prometheus is told. Nothing in it names a resolver, an address or a person. */
export interface Metrics {
  /** The same environment, whose questions and providers are counted. */
  readonly counting: (environment: Environment) => Environment;
  /** In the text format of Prometheus 0.0.4, read now. */
  readonly text: (sources: Sources) => Promise<string>;
}

export const metricsType = Registry.PROMETHEUS_CONTENT_TYPE;

export function makeMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counting = countedBy(registry);
  const read = gaugesOf(registry);
  let running: Promise<string> | null = null;
  return {
    counting,
    // Those who ask at the same time get the same answer: one would otherwise empty what the other fills.
    text: sources => {
      running ??= read(sources)
        .then(() => registry.metrics())
        .finally(() => {
          running = null;
        });
      return running;
    },
  };
}
