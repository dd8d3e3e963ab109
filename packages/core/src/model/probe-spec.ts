/** What a probe speaks. `auto` tries what it knows until something answers. */
export const PROTOCOLS = [
  'auto',
  'http',
  'https',
  'tls',
  'tcp',
  'postgres',
  'mysql',
  'redis',
  'dns',
  'udp',
  'echo',
  'off',
] as const

export type Protocol = (typeof PROTOCOLS)[number]

/** What to say to a port, what to expect, and why we think so. */
export interface Speech {
  protocol: Protocol
  /** One sentence: the annotation, field or trial that decided, for `explain`. */
  why: string
  /**
   * Names who answers behind the port (the Service's or workload's UID and port): a protocol found out by trying
   * stays known for as long as this stays the same, on every vantage.
   */
  identity: string
  /** Absent: TCP. */
  transport?: 'udp'
  /** Where the protocol is found out by trying, HTTPS goes first: some servers answer plain HTTP there as well. */
  first?: 'https'
  /** HTTP: path to ask for. Default `/`. */
  path?: string
  /** HTTP: Host header and TLS server name, default the address. DNS: the name to ask for. */
  host?: string
  /** HTTP: the statuses that count as ok, as `200`, `2xx`, `200-399`, joined by commas. Default: all below 500. */
  expectStatus?: string
  /** TCP, TLS and UDP: what to send first, with \r \n \t \xHH escapes decoded. */
  hello?: string
  /** What the answer's first 4 KiB must contain. */
  expect?: string
  /** HTTP: what an answer is recognised by is kept (`Answer`). */
  marks?: true
}
