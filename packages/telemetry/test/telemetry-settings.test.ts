import { SettingsInvalid, readSettings } from '@holdfast/process';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { secretsOfTelemetry, signalsOf, telemetryFields } from '../src/telemetry-settings.ts';

const schema = z.object(telemetryFields);
const read = (variables: Readonly<Record<string, string>>) =>
  readSettings({ who: 'A process', schema, variables });

test('nothing is sent unless an endpoint is set, nor where the SDK is disabled', () => {
  const url = 'http://collector:4318';
  expect(signalsOf(read({}))).toBeNull();
  expect(signalsOf(read({ OTEL_TRACES_SAMPLER: 'always_on' }))).toBeNull();
  expect(signalsOf(read({ OTEL_EXPORTER_OTLP_ENDPOINT: url }))).toEqual({
    traces: true,
    metrics: true,
  });
  expect(signalsOf(read({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url }))).toEqual({
    traces: true,
    metrics: false,
  });
  expect(signalsOf(read({ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: url }))).toEqual({
    traces: false,
    metrics: true,
  });
  expect(
    signalsOf(read({ OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_SDK_DISABLED: 'true' })),
  ).toBeNull();
});

test.each([
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', 'Write it as http://collector:4318'],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', 'is not one of http/protobuf, http/json'],
  ['OTEL_TRACES_SAMPLER', 'jaeger_remote', 'is not one of parentbased_always_on'],
  ['OTEL_TRACES_SAMPLER_ARG', '1.5', 'is not a number from 0 to 1'],
])('%s=%s is refused, with the fix', (name, value, fix) => {
  expect(() => read({ [name]: value })).toThrow(SettingsInvalid);
  expect(() => read({ [name]: value })).toThrow(`${name} ${fix.startsWith('is') ? fix : ''}`);
  expect(() => read({ [name]: value })).toThrow(fix);
});

test('the keys of collectors are secrets, as they stand there and as they are sent', () => {
  const { OTEL_EXPORTER_OTLP_HEADERS: headers, ...others } = read({
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=abcdef%20123, x-tenant=shop',
  });
  void others;
  const secrets = secretsOfTelemetry({ OTEL_EXPORTER_OTLP_HEADERS: headers });
  expect(secrets).toEqual(['abcdef%20123', 'abcdef 123', 'shop', 'shop']);
  expect(secretsOfTelemetry(read({}))).toEqual([]);
});
