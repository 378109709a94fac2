import type { Settings } from '../server/start-server.ts';

/** What an api is told beyond what it needs to sell. */
export interface Extra {
  readonly name: 'none' | 'none_again' | 'addresses' | 'one_address' | 'some_traces' | 'traces';
  readonly title: string;
  readonly settings: Settings;
  /** Does it count callers, and say so in each answer? */
  readonly isLimited: boolean;
  /** Does it send what it traces? */
  readonly isTraced: boolean;
}

/** More than one load sends, all users together. */
const plentyOfCalls = '10000000';

const limits: Settings = {
  USER_CALL_COUNT_MAX: null,
  KEY_CALL_COUNT_MAX: null,
  USER_UNSOLD_SEAT_COUNT_MAX: '100',
};

/** Sent while the load still goes on. */
const soon = '200';

/**
 * All that is compared. The first has neither limits nor traces, and the second is the same once more: so far apart
 * are two servers of which nothing is different.
 *
 * @param collectorUrl where traces go, each server's to a path of its own
 */
export function extrasFor(collectorUrl: string): readonly Extra[] {
  const tracingAs = (name: Extra['name']): Settings => ({
    OTEL_SDK_DISABLED: null,
    OTEL_EXPORTER_OTLP_ENDPOINT: `${collectorUrl}/${name}`,
    OTEL_BSP_SCHEDULE_DELAY: soon,
  });
  const plain = { settings: {}, isLimited: false, isTraced: false } as const;
  const limited = { isLimited: true, isTraced: false } as const;
  const traced = { isLimited: false, isTraced: true } as const;
  return [
    { name: 'none', title: 'neither limits nor traces', ...plain },
    { name: 'none_again', title: 'the same once more', ...plain },
    {
      name: 'addresses',
      title: 'all limits, an address each',
      settings: { ...limits, PROXY_COUNT: '1', ADDRESS_CALL_COUNT_MAX: '300' },
      ...limited,
    },
    {
      name: 'one_address',
      title: 'all limits, one address',
      settings: { ...limits, ADDRESS_CALL_COUNT_MAX: plentyOfCalls },
      ...limited,
    },
    {
      name: 'some_traces',
      title: 'traces of one call in a hundred',
      settings: {
        ...tracingAs('some_traces'),
        OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.01',
      },
      ...traced,
    },
    {
      name: 'traces',
      title: 'traces of every call',
      settings: { ...tracingAs('traces'), OTEL_TRACES_SAMPLER: 'always_on' },
      ...traced,
    },
  ];
}
