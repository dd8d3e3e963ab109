/** What a record holds of its own under a name from outside: `constructor` is no entry of one that has none. */
export function own<Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}
