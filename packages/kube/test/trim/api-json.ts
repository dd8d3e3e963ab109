/** The metadata that every object of the API carries, with what snapshots leave out. */
export function metadata(more: object = {}) {
  return {
    metadata: {
      namespace: 'shop',
      name: 'web',
      uid: 'a1',
      resourceVersion: '42',
      creationTimestamp: '2026-03-01T12:00:00Z',
      managedFields: [{ manager: 'kubectl' }],
      ...more,
    },
  }
}

export const IDENTITY = {
  namespace: 'shop',
  name: 'web',
  uid: 'a1',
  resourceVersion: '42',
  createdAt: Date.parse('2026-03-01T12:00:00Z'),
}

export const AT = '2026-03-01T12:00:07Z'
export const AT_MS = Date.parse(AT)
