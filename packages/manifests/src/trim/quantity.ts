const FACTORS: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/** Longer than any quantity that a person writes. */
const MOST_OF_QUANTITY = 64

/**
 * `500m` is 0.5, `1Gi` 1073741824; 0 for what is no quantity.
 *
 * Source: Kubernetes, apimachinery, resource.Quantity.
 */
export function quantityOf(text: string): number {
  if (text.length > MOST_OF_QUANTITY) return 0
  const [, number, suffix = ''] =
    /^([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)([numkMGTPE]i?)?$/.exec(text.trim()) ?? []
  return number === undefined ? 0 : Number(number) * (FACTORS[suffix] ?? 1)
}
