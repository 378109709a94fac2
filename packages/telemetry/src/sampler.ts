import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { TelemetrySettings } from './telemetry-settings.ts';

type SamplerSettings = Pick<TelemetrySettings, 'OTEL_TRACES_SAMPLER' | 'OTEL_TRACES_SAMPLER_ARG'>;

/**
 * The part of all calls that are no part of a trace yet which is traced. Who asks the sampler about such a call
 * has chosen it by this.
 */
export function rootRatioFrom(settings: SamplerSettings): number {
  const { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: ratio } = settings;
  if (name.endsWith('traceidratio')) return ratio;
  return name.endsWith('always_off') ? 0 : 1;
}

/**
 * Which calls that are part of a trace are traced, as OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG say: with
 * `parentbased_…` if their caller is.
 */
export function samplerFrom(settings: SamplerSettings): Sampler {
  const { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: ratio } = settings;
  const root = new AlwaysOnSampler();
  if (name.startsWith('parentbased')) return new ParentBasedSampler({ root });
  const own = name === 'traceidratio' ? new TraceIdRatioBasedSampler(ratio) : null;
  if (own === null) return name === 'always_on' ? root : new AlwaysOffSampler();
  return new ParentBasedSampler({
    root,
    remoteParentSampled: own,
    remoteParentNotSampled: own,
  });
}
