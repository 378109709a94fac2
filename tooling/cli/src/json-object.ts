/** A JSON object whose members nobody has checked yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Reads a text as a JSON object; `null` where it is anything else. */
export function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** The object that is a member of another; `null` where there is none. */
export function member(of: JsonObject | null, name: string): JsonObject | null {
  const value = of?.[name];
  return isObject(value) ? value : null;
}

/** The text that is a member of an object; `null` where there is none. */
export function textMember(of: JsonObject | null, name: string): string | null {
  const value = of?.[name];
  return typeof value === 'string' ? value : null;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
